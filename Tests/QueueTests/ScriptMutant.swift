import Foundation
import LuaScripts
import Redis
import Testing

@testable import Queue

/// A bug that could be in a script: one line for another.
struct ScriptMutant: Sendable, CustomTestStringConvertible {
    /// What the script does then.
    let name: String
    /// The text of the file that has the line.
    let file: String
    let line: String
    let wrong: String

    init(_ name: String, in file: String, _ line: String, _ wrong: String) {
        self.name = name
        self.file = file
        self.line = line
        self.wrong = wrong
    }

    var testDescription: String { name }

    /// The one that `bin/test-mutants` has every test of the queue run under.
    static let ofEnvironment = ProcessInfo.processInfo.environment["BELFRY_TEST_MUTANT"].flatMap { name in
        all.first { $0.name == name }
    }

    /// Whether the line stands in its file, once.
    var fits: Bool { file.components(separatedBy: line).count == 2 }

    /// The scripts with the bug, by the digests of those without it. A chapter is in several.
    var scripts: [String: RedisScript] {
        let spoiled = file.replacingOccurrences(of: line, with: wrong)
        let changed = QueueScript.all.map(\.script).filter { $0.source.contains(file) }.map { script in
            let source = script.source.replacingOccurrences(of: file, with: spoiled)
            return (script.sha1, RedisScript(name: script.name, source: source))
        }
        return Dictionary(uniqueKeysWithValues: changed)
    }
}
