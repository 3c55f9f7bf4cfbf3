import Foundation
import Reporting
import Testing

@Suite struct JSONValueTests {
  @Test func membersKeepTheirOrder() {
    let document: JSONValue = ["b": 1, "a": [true, nil, "x"], "c": [:], "d": []]
    #expect(document.text(pretty: false) == #"{"b":1,"a":[true,null,"x"],"c":{},"d":[]}"#)
    #expect(document["a"] == [true, nil, "x"] && document["z"] == nil && document["a"]?["b"] == nil)
  }

  @Test func prettyTextKeepsPlainArraysTogether() {
    let document: JSONValue = ["a": [1, 2], "b": [[1], ["x": "y"]]]
    #expect(
      document.text() == """
        {
          "a": [1, 2],
          "b": [
            [1],
            {
              "x": "y"
            }
          ]
        }
        """)
  }

  @Test func numbersAreReadBackAsTheyWere() throws {
    for number in [0.1, -0.0, 1e300, Double.leastNonzeroMagnitude, 1.0 / 3, 12_345_678_901_234_568] {
      #expect(Double(JSONValue.number(number).text()) == number)
    }
    #expect(JSONValue.number(.nan).text() == "null" && JSONValue.number(.infinity).text() == "null")
  }

  /// Foundation's reader is the oracle.
  @Test func stringsAreReadBackAsTheyWere() throws {
    var text = "\"\\/é∂𝛽\u{2028}\u{7F}"
    for code in 0..<UInt8(0x20) { text.unicodeScalars.append(Unicode.Scalar(code)) }
    for pretty in [true, false] {
      let document = JSONValue.object([.init(text, .array([.string(text)]))]).text(pretty: pretty)
      let read = try JSONSerialization.jsonObject(with: Data(document.utf8)) as? [String: [String]]
      #expect(read == [text: [text]])
    }
  }
}
