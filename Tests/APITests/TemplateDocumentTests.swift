import Foundation
import Notifications
import Testing

/// The examples of docs/templates.md work, in their order, and answer what they say.
struct TemplateDocumentTests {
    private static func blocks() throws -> [String] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/templates.md"), encoding: .utf8)
        let paragraphs = text.components(separatedBy: "\n\n")
        return paragraphs.filter { $0.hasPrefix("    ") }
    }

    @Test func examplesWork() async throws {
        let blocks = try Self.blocks()
        #expect(blocks.count == 9)
        try await withAPI { api in
            let client = try await api.client()
            var answer: JSON = .null
            for block in blocks {
                let lines = block.split(separator: "\n", maxSplits: 1)
                let words = lines[0].split(separator: " ").map(String.init)
                guard ["PUT", "POST"].contains(words[0]) else {
                    for member in try JSON(parsing: block).object?.members ?? [] {
                        #expect(answer[member.name] == member.value, "\(member.name)")
                    }
                    continue
                }
                let response = try await client.send(words[0], words[1], JSON(parsing: String(lines[1])))
                #expect((200..<300).contains(response.status), "\(lines[0]): \(response.body.text)")
                let problems = response.body["problems"]?.array ?? []
                #expect(problems == [], "\(lines[0])")
                answer = response.body
            }
        }
    }
}
