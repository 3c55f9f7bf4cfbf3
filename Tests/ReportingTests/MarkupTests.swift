import Foundation
import Reporting
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct MarkupTests {
  @Test func markupCharactersAreEscaped() {
    #expect(
      XMLText.escaped("a<b> & \"c\" 'd'\n\u{1}") == "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;\n\u{FFFD}")
    #expect(XMLText.escaped("a\tb\nc\r", inAttribute: true) == "a&#9;b&#10;c&#13;")
  }

  private final class Elements: NSObject, XMLParserDelegate {
    var seen: [(name: String, attributes: [String: String])] = []
    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
      attributes: [String: String]
    ) {
      seen.append((name, attributes))
    }
  }

  private func elements(of text: String) -> [(name: String, attributes: [String: String])]? {
    let parser = XMLParser(data: Data(text.utf8))
    let elements = Elements()
    parser.delegate = elements
    return parser.parse() ? elements.seen : nil
  }

  /// Foundation's reader is the oracle.
  @Test func junitReportCountsItsCases() throws {
    let report = JUnitReport(
      name: "claims",
      suites: [
        .init(
          name: "T1 & \"on-sample\"",
          cases: [
            .init(name: "a<b", outcome: .passed, seconds: 0.5, details: "line 1\n]]> line 2"),
            .init(name: "b", outcome: .failed(message: "f(x) < 0\nwitness"), seconds: 1),
            .init(name: "c", outcome: .error(message: "?"), seconds: .nan),
          ]),
        .init(name: "T2", cases: [.init(name: "d", outcome: .skipped(message: "rank"), seconds: 0.25)]),
      ])
    let seen = try #require(elements(of: report.text))
    let suites = seen.filter { $0.name.hasPrefix("testsuite") }.map(\.attributes)
    #expect(suites.map { $0["name"] } == ["claims", "T1 & \"on-sample\"", "T2"])
    #expect(suites.map { $0["tests"] } == ["4", "3", "1"])
    #expect(suites.map { $0["failures"] } == ["1", "1", "0"])
    #expect(suites.map { $0["errors"] } == ["1", "1", "0"])
    #expect(suites.map { $0["skipped"] } == ["1", "0", "1"])
    #expect(suites[2]["time"] == "0.250")
    #expect(seen.filter { $0.name == "testcase" }.map { $0.attributes["name"] } == ["a<b", "b", "c", "d"])
    #expect(seen.first { $0.name == "failure" }?.attributes["message"] == "f(x) < 0\nwitness")
  }

  @Test func pageIsSelfContained() throws {
    let page = HTMLPage(
      title: "A < B",
      body: [
        .heading(level: 9, "x & y"), .paragraph("<script>"), .preformatted("a\n  b"),
        .section([
          .table(
            header: ["claim", .init("digits", classes: ["number"])],
            rows: [["t1", .init("5", classes: ["good"])]])
        ]),
        .verbatim("<svg></svg>"),
      ]
    ).text
    #expect(page.hasPrefix("<!DOCTYPE html>") && page.contains("prefers-color-scheme: dark"))
    #expect(page.contains("<title>A &lt; B</title>") && page.contains("<h6>x &amp; y</h6>"))
    #expect(page.contains("<p>&lt;script&gt;</p>") && page.contains("<pre>a\n  b</pre>"))
    #expect(page.contains("<td class=\"good\">5</td>"))
    for outside in ["http:", "https:", "<script", "<link", "@import", "url("] {
      #expect(!page.contains(outside))
    }
    let main = try #require(page.range(of: "<main>"))
    let end = try #require(page.range(of: "</main>"))
    #expect(elements(of: String(page[main.lowerBound..<end.upperBound])) != nil)
  }
}
