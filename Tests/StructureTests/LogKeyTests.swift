import Foundation
import Testing

/// What is logged stands under keys that the log handler lets through; any other would be dropped without a word.
struct LogKeyTests {
    @Test func everyKeyThatIsLoggedIsListed() throws {
        let list = StructureTests.root.appending(path: "Sources/belfry/Logs/LogKey.swift")
        let listed = try Self.cases(in: String(contentsOf: list, encoding: .utf8))
        #expect(listed.contains("notificationId"))
        for file in try StructureTests.files(under: "Sources", named: ".swift") {
            let text = try String(contentsOf: file, encoding: .utf8)
            for key in Self.loggedKeys(in: text) {
                #expect(listed.contains(key), "\(file.lastPathComponent) logs \(key), which LogKey does not list")
            }
        }
    }

    @Test func keysAreFoundWhereverTheyStand() {
        let text = #"""
            logger.info("a", metadata: ["one": "\(x["no"] ?? "")", "two": "2"])
            logger.log(
                level: .info, "b",
                metadata: [
                    "three": "3",
                ].merging(["four": "4"]) { $1 })
            var metadata: Logger.Metadata = ["five": "5"]
            metadata["six"] = "6"
            """#
        #expect(Self.loggedKeys(in: text) == ["one", "two", "three", "four", "five", "six"])
    }

    /// `case a, b = "c"` in an enum of words.
    static func cases(in text: String) -> Set<String> {
        var words: Set<String> = []
        for line in text.split(separator: "\n").map({ $0.trimmingCharacters(in: .whitespaces) })
        where line.hasPrefix("case ") {
            for item in line.dropFirst(5).split(separator: ",") {
                let parts = item.split(separator: "=").map { $0.trimmingCharacters(in: .whitespaces) }
                words.insert((parts.last ?? "").trimmingCharacters(in: CharacterSet(charactersIn: "\"")))
            }
        }
        return words
    }

    /// The names before a colon in what follows `metadata: [` and its like, and in `metadata["name"] =`.
    static func loggedKeys(in text: String) -> [String] {
        let starts = text.matches(of: #/(metadata: |Logger\.Metadata = |merging\()\[/#).map(\.range.upperBound)
        let literals = starts.flatMap { start -> [String] in
            literal(in: text[start...]).matches(of: #/"([A-Za-z_]+)":/#).map { String($0.1) }
        }
        return literals + text.matches(of: #/metadata\["([A-Za-z_]+)"\] = /#).map { String($0.1) }
    }

    /// Up to the bracket that closes it.
    private static func literal(in text: Substring) -> Substring {
        var depth = 1
        for place in text.indices {
            if text[place] == "[" { depth += 1 }
            if text[place] == "]" { depth -= 1 }
            if depth == 0 { return text[..<place] }
        }
        return text
    }
}
