import Multiprecision

/// What polynomials are made of. Each is taken for independent of the others, which can hide an identity but
/// never prove a false one.
enum Atom: Hashable, Sendable {
  case variable(String)
  case pi
  /// exp of a term with coefficient 1; exponents of this atom are any rational numbers.
  case exponential(RationalFunction)
  /// log of a polynomial that the expression supposes positive.
  case logarithm(Polynomial)
  /// A polynomial that the expression supposes not negative, for its powers with exponents between 0 and 1.
  case root(Polynomial)
}

/// Atoms and their numbers.
struct AtomTable: Sendable {
  private(set) var atoms: [Atom] = []
  private var numbers: [Atom: Int] = [:]

  mutating func number(of atom: Atom) -> Int {
    if let number = numbers[atom] { return number }
    atoms.append(atom)
    numbers[atom] = atoms.count - 1
    return atoms.count - 1
  }

  subscript(number: Int) -> Atom { atoms[number] }
}
