import Learning
import Multiprecision
import Testing

@testable import Claims

/// The shipped data: sizes, exact ranks, labels, and that T2 and T4 apply to them.
@Suite struct DatasetsTests {
  @Test func iris() throws {
    let data = try Datasets.iris()
    #expect(data.count == 100 && data.inputs.columns == 4)
    #expect(data.inputs.rank() == 4)
    #expect(data.targets.elements.prefix(50).allSatisfy { $0 == 0 })
    #expect(data.targets.elements.suffix(50).allSatisfy { $0 == 1 })
    // Centimetres to one decimal, exactly: the first setosa and the first versicolor of the published table.
    #expect(data.inputs.row(0) == [Rational(51, 10), Rational(35, 10), Rational(14, 10), Rational(2, 10)])
    #expect(data.inputs.row(50) == [7, Rational(32, 10), Rational(47, 10), Rational(14, 10)])
    for value in data.inputs.elements {
      #expect((10 * value).isInteger && value > 0 && value < 10)
    }
    // Column sums of all 50 flowers of each species: the known means 5.006, 3.428, 1.462, 0.246 and
    // 5.936, 2.770, 4.260, 1.326.
    func sums(_ rows: Range<Int>) -> [Rational] {
      (0..<4).map { column in rows.map { data.inputs[$0, column] }.reduce(0, +) * 20 }
    }
    #expect(sums(0..<50) == [5006, 3428, 1462, 246])
    #expect(sums(50..<100) == [5936, 2770, 4260, 1326])
    // Petals shorter than 2 cm are setosa: a separating direction through the origin is another matter, which
    // the limit's programme certifies.
    for n in 0..<100 { #expect((data.inputs[n, 2] < 2) == (n < 50)) }
  }

  @Test func digits() throws {
    let data = try Datasets.digits01()
    #expect(data.count == 51 && data.inputs.columns == 64)
    #expect(data.inputs.rank() == 51)
    #expect(data.groups().count == 51)
    let ones = data.targets.elements.filter { $0 == 1 }.count
    #expect(ones + data.targets.elements.filter { $0 == 0 }.count == 51 && ones > 20 && ones < 31)
    for value in data.inputs.elements { #expect(value.isInteger && value >= 0 && value <= 16) }
    // The first image is a zero: its middle is empty.
    #expect(data.targets[0, 0] == 0 && data.inputs[0, 27] == 0 && data.inputs[0, 2] == 5)
  }

  @Test func irisWithThirdSpecies() throws {
    let data = try Datasets.irisThreeSpecies()
    #expect(data.count == 150 && data.inputs.columns == 4 && data.targets.columns == 3)
    for n in 0..<150 { #expect(data.targets.row(n).firstIndex(of: 1) == n / 50) }
    // Virginica's known means 6.588, 2.974, 5.552, 2.026.
    let sums = (0..<4).map { column in (100..<150).map { data.inputs[$0, column] }.reduce(0, +) * 20 }
    #expect(sums == [6588, 2974, 5552, 2026])
    let pair = try Datasets.irisVersicolorVirginica()
    #expect(pair.count == 100 && pair.targets.elements.prefix(50).allSatisfy { $0 == 0 })
    #expect(pair.inputs.row(0) == data.inputs.row(50) && pair.inputs.row(99) == data.inputs.row(149))
  }

  @Test func tenDigits() throws {
    let data = try Datasets.digits10()
    #expect(data.count == 40 && data.inputs.rank() == 40)
    for k in 0..<10 {
      #expect(data.targets.column(k).count { $0 == 1 } == 4)
      #expect(data.targets[k, k] == 1)
    }
    for value in data.inputs.elements { #expect(value.isInteger && value >= 0 && value <= 16) }
    let first = try Datasets.digits01()
    #expect(data.inputs.row(0) == first.inputs.row(0))
  }

  @Test func breastCancer() throws {
    let data = try Datasets.breastCancer()
    #expect(data.count == 569 && data.inputs.columns == 30)
    #expect(data.targets.elements.count { $0 == 1 } == 212)
    #expect(data.inputs[0, 0] == Rational(1799, 100) && data.inputs[0, 29] == Rational(1189, 10000))
    // The published extremes of the first feature.
    #expect(data.inputs.column(0).min() == Rational(6981, 1000))
    #expect(data.inputs.column(0).max() == Rational(2811, 100))
    let biased = try data.withBias()
    #expect(biased.inputs.columns == 31 && biased.inputs.column(30).allSatisfy { $0 == 1 })
  }
}
