import Foundation
import Notifications
import Testing

/// The examples of `docs/keys.md` are what the API takes and answers.
@Suite struct KeyDocumentTests {
    @Test func examplesAreTakenAndAnsweredAsTheyStand() async throws {
        let examples = try DocumentExamples.json(of: "keys.md")
        try #require(examples.count == 3)
        try await withAPI { api in
            let client = try await api.client(scopes: [.admin, .send, .read])
            let made = try await client.send("POST", "/v1/keys", examples[0])
            #expect(made.status == 201)
            #expect(made.body.object?.members.map(\.name) == examples[1].object?.members.map(\.name))
            for name in ["name", "environment", "scopes", "rate", "state", "revokedAt", "lastUsedAt", "replacedBy"] {
                #expect(made.body[name] == examples[1][name], "\(name)")
            }
            let path = "/v1/keys/\(made.body["id"]?.string ?? "")/rotate"
            #expect(try await client.send("POST", path, examples[2]).status == 201)
        }
    }
}

/// What stands in fenced blocks of a document.
enum DocumentExamples {
    static func json(of name: String) throws -> [JSON] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/\(name)"), encoding: .utf8)
        return try text.components(separatedBy: "\n```json\n").dropFirst().map { block in
            try JSON(parsing: block.components(separatedBy: "\n```\n").first ?? "")
        }
    }
}
