import Foundation
import Testing

/// `docs/errors.md` has every word that a channel may end with, and no other.
struct ErrorCatalogueTests {
    /// Where failures are made.
    private static let rooms = ["Notifications", "Documents", "Worker", "Providers", "Mail", "Outbound"]

    private static func sources() throws -> [String] {
        try rooms.flatMap { room in
            try StructureTests.files(under: "Sources/\(room)", named: ".swift").map { file in
                try String(contentsOf: file, encoding: .utf8)
            }
        }
    }

    /// The words of the code: those that stand in it as such, and those of the types that are a word for each case.
    private static func codes() throws -> Set<String> {
        var codes: Set<String> = []
        for text in try sources() {
            codes.formUnion(text.matches(of: /(?:code: |failure\()"([A-Za-z]\w*)"/).map { String($0.output.1) })
            for block in text.matches(of: /var (?:code|word): String \{\n(?:.*\n)*?    \}\n/) {
                codes.formUnion(block.output.matches(of: /: "([A-Za-z]\w*)"/).map { String($0.output.1) })
            }
            guard text.contains("enum OutboundError") else { continue }
            for block in text.matches(of: /enum Reason: String.*\n(?:.*\n)*?    \}\n/) {
                codes.formUnion(block.output.matches(of: /case (\w+)/).map { String($0.output.1) })
            }
        }
        return codes
    }

    private static func catalogued() throws -> Set<String> {
        let text = try String(contentsOf: StructureTests.root.appending(path: "docs/errors.md"), encoding: .utf8)
        let channels = text.components(separatedBy: "\n## ").first { $0.hasPrefix("Channels") } ?? ""
        let cells = channels.matches(of: /(?:^|\n)\| (`[^|]*) \|/).map(\.output.1)
        return Set(cells.flatMap { $0.matches(of: /`(\w+)`/).map { String($0.output.1) } })
    }

    @Test func everyWordThatAChannelMayEndWithIsThere() throws {
        let codes = try Self.codes()
        #expect(codes.count > 40)
        let missing = try codes.subtracting(Self.catalogued()).sorted()
        #expect(missing == [], "they belong into docs/errors.md")
    }

    @Test func everyWordThatIsThereIsOneOfTheCode() throws {
        let texts = try Self.sources()
        let known = try Self.codes()
        let unknown = try Self.catalogued().subtracting(known).filter { word in
            !texts.contains { $0.contains("\"\(word)\"") }
        }
        #expect(unknown == [])
    }
}
