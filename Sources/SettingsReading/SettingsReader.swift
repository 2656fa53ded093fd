import Foundation
import Notifications

/// One setting as documented, with the value it has.
public struct SettingEntry: Equatable, Sendable {
    /// The environment variable.
    public var name: String
    /// What it must look like, e.g. `1…4096`.
    public var form: String
    /// What is used when it is not set; `none` when there is nothing to fall back on.
    public var fallback: String
    /// What it means.
    public var about: String
    /// As it is in force; masked for a secret.
    public var value: String
}

/// Reads settings from an environment, collects every problem, and remembers what it was asked for: the reading is the
/// documentation.
public struct SettingsReader: Sendable {
    let environment: [String: String]
    public private(set) var entries: [SettingEntry] = []
    public private(set) var problems: [String] = []

    public init(_ environment: [String: String]) {
        self.environment = environment
    }

    /// Whether it is set, here or in a file.
    public func isSet(_ name: String) -> Bool { text(name) != nil || text(SettingsReader.fileName(of: name)) != nil }

    /// What is set; an empty value counts as none.
    private func text(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

    /// The setting that names a file instead: every secret has one, so that none need be in the environment.
    private static func fileName(of name: String) -> String { "\(name)_FILE" }

    /// A secret out of the environment, or else what its file has, without the line's end; nil too when that is wrong,
    /// and then the problems say so.
    private mutating func secret(_ name: String) -> String? {
        let fileName = SettingsReader.fileName(of: name)
        guard let path = text(fileName) else { return text(name) }
        guard text(name) == nil else {
            note("\(name) and \(fileName) are both set: only one of them may be")
            return nil
        }
        guard let content = try? String(contentsOfFile: path, encoding: .utf8) else {
            note("\(fileName): it cannot be read")
            return nil
        }
        let secret = content.trimmingCharacters(in: .whitespacesAndNewlines)
        if secret.isEmpty { note("\(fileName): it is empty") }
        return secret.isEmpty ? nil : secret
    }

    private mutating func read<Value>(
        _ name: String, form: String, fallback: String, about: String, isSecret: Bool = false, default value: Value,
        parse: (String) throws -> Value?
    ) -> Value {
        let text = isSecret ? secret(name) : text(name)
        let shown = text.map { isSecret ? "(set)" : $0 } ?? fallback
        entries.append(SettingEntry(name: name, form: form, fallback: fallback, about: about, value: shown))
        guard let text else { return value }
        do {
            if let parsed = try parse(text) { return parsed }
            problems.append("\(name) must be \(form)")
        } catch {
            problems.append("\(name): \(error)")
        }
        return value
    }

    /// A whole number within bounds.
    public mutating func int(_ name: String, _ range: ClosedRange<Int>, default value: Int, _ about: String) -> Int {
        read(
            name, form: "\(range.lowerBound)…\(range.upperBound)", fallback: "\(value)", about: about, default: value
        ) { Int($0).flatMap { range.contains($0) ? $0 : nil } }
    }

    /// A time within bounds, as `90s`, `15m`, `2h`, `3d` or `250ms`.
    public mutating func duration(
        _ name: String, _ range: ClosedRange<Duration>, default fallback: String, _ about: String
    ) -> Duration {
        let bounds = "\(range.lowerBound.shorthand)…\(range.upperBound.shorthand)"
        return read(
            name, form: bounds, fallback: fallback, about: about, default: Duration(shorthand: fallback) ?? .zero
        ) { Duration(shorthand: $0).flatMap { range.contains($0) ? $0 : nil } }
    }

    /// One of some words.
    public mutating func choice(_ name: String, _ words: [String], default value: String, _ about: String) -> String {
        read(name, form: words.joined(separator: " | "), fallback: value, about: about, default: value) {
            words.contains($0) ? $0 : nil
        }
    }

    /// Any text.
    public mutating func string(_ name: String, form: String, default value: String, _ about: String) -> String {
        read(name, form: form, fallback: value, about: about, default: value) { $0 }
    }

    /// A value of any kind, and its parser, whose error is told to the operator.
    public mutating func parsed<Value>(
        _ name: String, form: String, fallback: String, _ about: String, isSecret: Bool = false, default value: Value,
        parse: (String) throws -> Value?
    ) -> Value {
        read(
            name, form: form, fallback: fallback, about: about, isSecret: isSecret, default: value, parse: parse)
    }

    /// Adds to the problems what is wrong with several settings together.
    public mutating func note(_ problem: String) { problems.append(problem) }
}

/// What is wrong with one setting.
public struct SettingsProblem: Error, Sendable, CustomStringConvertible {
    public let description: String

    public init(_ description: String) { self.description = description }
}
