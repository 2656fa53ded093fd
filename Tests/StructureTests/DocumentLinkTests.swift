import Foundation
import Testing

/// What our documents point at is there.
struct DocumentLinkTests {
    private static var documents: [String] {
        get throws {
            let names = try FileManager.default.contentsOfDirectory(
                atPath: StructureTests.root.appending(path: "docs").path)
            return ["README.md", "CONTRIBUTING.md", "SECURITY.md"]
                + names.filter { $0.hasSuffix(".md") }.sorted().map { "docs/\($0)" }
        }
    }

    @Test func everyRelativeLinkLeadsToAFileAndItsHeading() throws {
        for document in try Self.documents {
            let file = StructureTests.root.appending(path: document)
            let text = try String(contentsOf: file, encoding: .utf8)
            for link in text.matches(of: /\]\(([^)\s]+)\)/).map({ String($0.output.1) }) where !link.contains("://") {
                let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
                let target =
                    parts[0].isEmpty ? file : file.deletingLastPathComponent().appending(path: String(parts[0]))
                #expect(FileManager.default.fileExists(atPath: target.path), "\(document) links to \(link)")
                guard parts.count == 2 else { continue }
                #expect(try Self.anchors(of: target).contains(String(parts[1])), "\(document) links to \(link)")
            }
        }
    }

    /// Documents that nothing leads to are not read.
    @Test func theReadmeLeadsToEveryDocument() throws {
        let readme = try String(contentsOf: StructureTests.root.appending(path: "README.md"), encoding: .utf8)
        for document in try Self.documents.dropFirst() {
            #expect(readme.contains("](\(document))"), "\(document)")
        }
    }

    @Test func everySuiteThatIsNamedIsThere() throws {
        let suites = try StructureTests.files(under: "Tests", named: "Tests.swift").map { file in
            String(file.lastPathComponent.dropLast(".swift".count))
        }
        let targets = try FileManager.default.contentsOfDirectory(
            atPath: StructureTests.root.appending(path: "Tests").path)
        for document in try Self.documents {
            let text = try String(contentsOf: StructureTests.root.appending(path: document), encoding: .utf8)
            for name in text.matches(of: /`(\w+Tests)`/).map({ String($0.output.1) }) {
                #expect((suites + targets).contains(name), "\(document) names \(name)")
            }
        }
    }

    /// A heading's words in lower case, without punctuation, joined by dashes, as GitHub makes them.
    static func anchors(of file: URL) throws -> Set<String> {
        let headings = try StructureTests.lines(of: file).compactMap { $0.firstMatch(of: /^#+ (.*)$/)?.output.1 }
        return Set(
            headings.map { heading in
                heading.lowercased().filter { $0.isLetter || $0.isNumber || " -_".contains($0) }
                    .replacing(" ", with: "-")
            })
    }
}
