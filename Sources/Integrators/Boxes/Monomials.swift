import Multiprecision

/// The monomials of some variables up to a degree, those of lower degree first.
final class Monomials: Sendable {
  let variables: Int
  let degree: Int
  /// For each monomial the exponents of the variables.
  let exponents: [[Int]]
  let degrees: [Int]
  /// How many have a degree of at most k, for k = 0, ..., `degree`.
  private let counts: [Int]
  /// For each monomial the places of its products with those whose degree allows for it, from the first one on.
  private let products: [Int32]
  private let starts: [Int]

  var count: Int { exponents.count }

  init(variables: Int, degree: Int) {
    (self.variables, self.degree) = (variables, degree)
    var (all, counts): ([[Int]], [Int]) = ([], [])
    for total in 0...degree {
      all += Self.exponents(variables, total)
      counts.append(all.count)
    }
    (exponents, self.counts) = (all, counts)
    degrees = all.map { $0.reduce(0, +) }
    let index = Dictionary(uniqueKeysWithValues: all.enumerated().map { ($1, $0) })
    // Monomial j is the product of another one and a variable.
    let factors = all.map { exponents -> (rest: Int, variable: Int) in
      guard let variable = exponents.lastIndex(where: { $0 > 0 }) else { return (0, 0) }
      var rest = exponents
      rest[variable] -= 1
      return (index[rest] ?? 0, variable)
    }
    let next = all.map { exponents in
      (0..<variables).map { variable -> Int in
        var product = exponents
        product[variable] += 1
        return index[product] ?? 0
      }
    }
    var (products, starts): ([Int32], [Int]) = ([], [])
    for i in all.indices {
      starts.append(products.count)
      products.append(Int32(i))
      for j in 1..<max(1, counts[degree - degrees[i]]) {
        let (rest, variable) = factors[j]
        products.append(Int32(next[Int(products[starts[i] + rest])][variable]))
      }
    }
    (self.products, self.starts) = (products, starts + [products.count])
  }

  /// All exponents of one degree, those of the first variables first.
  private static func exponents(_ variables: Int, _ degree: Int) -> [[Int]] {
    guard variables > 0 else { return degree == 0 ? [[]] : [] }
    return (0...degree).reversed().flatMap { first in
      exponents(variables - 1, degree - first).map { [first] + $0 }
    }
  }

  /// The place of the monomial of one variable.
  func place(ofVariable variable: Int) -> Int { 1 + variable }

  /// For monomial i the places of its products with those whose degree allows for it, from the first one on.
  func products(with monomial: Int) -> ArraySlice<Int32> {
    products[starts[monomial]..<starts[monomial + 1]]
  }

  /// What the tables of so many variables take up while they are made: exponents, monomials as keys, and their products.
  static func bytes(variables: Int, degree: Int) -> Int {
    let entries = count(variables: variables, degree: degree, limit: .max)
    return MemoryAccount.sum(
      MemoryAccount.product(
        entries, MemoryAccount.sum(MemoryAccount.product(variables, 8 * numbersOfVariables), 128)),
      // Products of a monomial of degree g and one of up to degree - g are the monomials in twice as many variables.
      MemoryAccount.product(
        8, count(variables: MemoryAccount.product(2, variables), degree: degree, limit: .max)))
  }

  /// For each monomial and variable: its exponent, that of its factor while that is looked for, its product, and one of these.
  private static let numbersOfVariables = 4

  /// How many monomials there are of so many variables up to a degree; `limit` where there are more.
  static func count(variables: Int, degree: Int, limit: Int) -> Int {
    var count = 1
    for k in 0..<degree {
      let (product, isTooLarge) = count.multipliedReportingOverflow(by: variables + k + 1)
      if isTooLarge { return limit }
      count = product / (k + 1)
      if count >= limit { return limit }
    }
    return count
  }
}
