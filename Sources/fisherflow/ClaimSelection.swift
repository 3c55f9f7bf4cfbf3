import Claims
import Foundation
import Learning
import ProblemFiles
import Symbolics
import Systems

/// The claims that `verify` is asked for, by id or as problem files.
///
/// An argument is a claim's id, `-` for a problem on standard input, or a path: it ends with `.yaml`, `.yml` or
/// `.json`, has a slash, or there is a file of that name. One given twice counts once.
struct ClaimSelection {
  let claims: [Claim]
  /// Paths of all files that were read.
  let inputs: [String]

  private enum Item {
    case claim(Claim)
    case file(path: String)
  }

  /// - Throws: `InputError` for an id that there is not, and for what is wrong with a file.
  init(_ arguments: [String]) throws {
    var items: [Item] = []
    for (place, argument) in arguments.enumerated() where !arguments[..<place].contains(argument) {
      items.append(try Self.item(argument))
    }
    let names = Self.names(
      ofFiles: items.compactMap { if case .file(let path) = $0 { path } else { nil } })
    var (claims, inputs): ([Claim], [String]) = ([], [])
    for item in items {
      switch item {
      case .claim(let claim): claims.append(claim)
      case .file(let path):
        let document = try path == "-" ? ProblemDocument.standardInput() : ProblemDocument(path: path)
        claims.append(try Self.claim(of: document, name: names[path] ?? path))
        inputs += [path] + document.dataFiles
      }
    }
    (self.claims, self.inputs) = (claims, inputs)
  }

  private static func item(_ argument: String) throws -> Item {
    if let claim = Catalogue.claim(argument) { return .claim(claim) }
    let isPath =
      argument == "-" || argument.contains("/")
      || [".yaml", ".yml", ".json"].contains(where: argument.lowercased().hasSuffix)
      || FileIdentity(argument) != nil
    guard isPath else {
      throw InputError(
        field: "CLAIM-ID",
        "found \(argument.isEmpty ? "an empty text" : "\"\(VisibleText.shortened(argument))\""), expected a claim "
          + "(see 'fisherflow claims') or a problem file (.yaml, .json)\(hint(for: argument))")
    }
    return .file(path: argument)
  }

  /// The nearest id, or the ids that have the argument in them.
  private static func hint(for argument: String) -> String {
    let ids = Catalogue.claims.map(\.id)
    if let nearest = NameSuggestion.nearest(to: argument, among: ids) { return "; did you mean \(nearest)?" }
    let text = argument.lowercased().replacing("_", with: "-")
    let similar = text.count < 2 ? [] : ids.filter { $0.contains(text) }
    return similar.isEmpty ? "" : "; did you mean one of \(VisibleText.list(similar, atMost: 6))?"
  }

  /// The ids of the files' claims, by path: the file's name without its ending; the path itself where that is
  /// also another file's name or the id of a claim of the catalogue.
  static func names(ofFiles paths: [String]) -> [String: String] {
    var names: [String: String] = [:]
    for path in paths {
      let name = URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
      names[path] = path == "-" ? "standard-input" : name
    }
    while true {
      let uses = Dictionary(grouping: names, by: \.value)
      let ambiguous = names.filter { path, name in
        name != path && ((uses[name]?.count ?? 0) > 1 || Catalogue.claim(name) != nil)
      }
      if ambiguous.isEmpty { return names }
      for path in ambiguous.keys { names[path] = path }
    }
  }

  private static func claim(of document: ProblemDocument, name: String) throws -> Claim {
    switch document {
    case .problem(let file): return try claim(of: file, name: name)
    case .system(let file):
      guard let prediction = file.prediction else {
        throw file.inputError(
          SystemError(
            field: "", "without a prediction there is nothing to verify, expected the key prediction"))
      }
      return try SystemClaim.make(name: name, system: file.system, prediction: prediction)
    }
  }

  private static func claim(of file: ProblemFile, name: String) throws -> Claim {
    do {
      if let prediction = file.prediction {
        return try PredictionClaim.make(name: name, problem: file.problem, prediction: prediction)
      }
      return try ProblemClaim.make(name: name, problem: file.problem)
    } catch let error as ProblemError {
      throw file.inputError(error)
    }
  }
}
