import Foundation
import Notifications
import Testing

/// The examples of docs/preferences.md, run.
@Suite struct PreferenceDocumentTests {
    private static let document = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "docs/preferences.md")

    /// The blocks that are a whole JSON object, in order.
    private func examples() throws -> [JSON] {
        let parts = try String(contentsOf: Self.document, encoding: .utf8).components(separatedBy: "```")
        return parts.enumerated().compactMap { index, part in
            guard index % 2 == 1, part.hasPrefix("json\n") else { return nil }
            return (try? JSON(parsing: String(part.dropFirst(5)))).flatMap { $0.object == nil ? nil : $0 }
        }
    }

    @Test func examplesAreTakenAsTheyStand() async throws {
        let examples = try examples()
        try #require(examples.count == 4, "preferences, defaults, limits, a request")
        try await withAPI { api in
            let client = try await api.client(scopes: [.send, .read, .admin])
            _ = try await client.send("PUT", "/v1/users/u42", ["email": "a@example.org", "phone": "+46701234567"])
            for (path, body) in [
                ("/v1/users/u42/preferences", examples[0]), ("/v1/preferences", examples[1]),
                ("/v1/preferences", examples[2]),
            ] {
                let answer = try await client.send("PUT", path, body)
                #expect(answer.status == 200, "\(answer.body.text)")
                for member in body.object?.members ?? [] where member.name != "quietHours" {
                    #expect(answer.body[member.name] == member.value)
                }
            }
            let answer = try await client.send("POST", "/v1/notifications/explain", examples[3])
            #expect(answer.status == 200)
            let email = answer.body["recipients"]?.array?.first?["channels"]?["email"]
            #expect(email?["reason"]?["detail"] == "The user's preferences turn it off: types.marketing.email.")
        }
    }
}
