import Foundation
import Redis
import Testing

@testable import Queue

/// The header of each script is what its Swift call keeps to.
@Suite struct ScriptHeaderTests {
    @Test func everyFileIsAScriptThatIsCalled() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../lua")
            .standardizedFileURL
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            .filter { $0.hasSuffix(".lua") }.map { String($0.dropLast(4)) }
        #expect(Set(files) == Set(QueueScript.all.map(\.script.name)))
        #expect(QueueScript.all.count == files.count)
    }

    @Test(arguments: QueueScript.all) func headerNamesWhatSwiftSends(script: QueueScript) throws {
        let header = ScriptText(script).header
        let sentence = try #require(header.first)
        #expect(sentence.hasPrefix("-- ") && sentence.hasSuffix("."))
        #expect(header[1] == "--")
        #expect(header.compactMap { $0.firstMatch(of: /^-- KEYS\[(\d+)\] (\w+)/)?.output.2 } == ["route"])

        let single = header.compactMap { $0.firstMatch(of: /^-- ARGV\[(\d+)\] (\w+)/)?.output }
        #expect(single.map { Int($0.1) } == script.arguments.indices.map { $0 + 1 })
        #expect(single.map { String($0.2) } == script.arguments)

        let repeated = header.compactMap { $0.firstMatch(of: /^-- ARGV\[(\d+)\.\.\.\] ([^:]*): .*each/)?.output }
        #expect(repeated.map { Int($0.1) } == (script.repeated.isEmpty ? [] : [script.arguments.count + 1]))
        let names = repeated.flatMap { String($0.2).replacing(/\ \([^)]*\)/, with: "").split(separator: ", ") }
        #expect(names.map { String($0) } == script.repeated)

        #expect(header.count { $0.hasPrefix("-- Returns ") } == 1)
        #expect(header.count { $0.contains(/^-- Cost O\(.+\)/) } == 1)
    }

    @Test(arguments: QueueScript.all) func bodyUsesWhatTheHeaderNames(script: QueueScript) {
        let body = ScriptText(script).body.joined(separator: "\n")
        #expect(Set(body.matches(of: /KEYS\[([^\]]*)\]/).map { String($0.output.1) }) == ["1"])

        let indices = Set(body.matches(of: /ARGV\[(\d+)\]/).compactMap { Int($0.output.1) })
        let last = script.arguments.count + (script.repeated.isEmpty ? 0 : 1)
        #expect(indices.isSuperset(of: script.arguments.indices.map { $0 + 1 }))
        #expect(indices.allSatisfy { (1...last).contains($0) })

        let offsets = Set(body.matches(of: /ARGV\[i \+ (\d+)\]/).compactMap { Int($0.output.1) })
        let forwards = body.matches(of: /for i = (\d+), #ARGV, (\d+) do/).map { ($0.output.1, $0.output.2) }
        let backwards = body.matches(of: /for i = #ARGV - \d+, (\d+), -(\d+) do/).map { ($0.output.1, $0.output.2) }
        for (first, step) in forwards + backwards {
            #expect(Int(first) == script.arguments.count + 1)
            #expect(Int(step) == script.repeated.count)
            #expect(offsets == Set(1..<script.repeated.count))
        }
        #expect(offsets.isEmpty == (forwards + backwards).isEmpty)
        #expect(body.matches(of: /ARGV\[([^\]]*)\]/).allSatisfy { $0.output.1.contains(/^(\d+|i|i \+ \d+)$/) })
    }

    @Test(arguments: QueueScript.all) func scriptIsShortAndBounded(script: QueueScript) {
        let text = ScriptText(script)
        #expect(text.header.count + text.body.count <= 90)
        #expect((text.header + text.body).allSatisfy { $0.count <= 120 })
        let commands = Set(
            script.script.source.matches(of: /redis\.call\('(\w+)'/).map { String($0.output.1) })
        #expect(!commands.isEmpty)
        #expect(commands.isDisjoint(with: ["KEYS", "SCAN", "HSCAN", "ZSCAN", "LREM", "SMEMBERS", "HGETALL", "LRANGE"]))
    }
}

/// A script's comment block and the rest.
private struct ScriptText {
    let header: [String]
    let body: [String]

    init(_ script: QueueScript) {
        var lines = script.source.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        if lines.last == "" { lines.removeLast() }
        header = Array(lines.prefix { $0.hasPrefix("--") })
        body = Array(lines.dropFirst(header.count))
    }
}
