import BelfryClient
import Foundation
import Notifications
import Testing

/// Templates by the client.
@Suite(.timeLimit(.minutes(3))) struct TypedClientTemplateTests {
    private func content(_ text: String) -> JSONObject {
        JSONObject([
            ("channels", ["inApp": ["default": ["title": .string(text)]], "email": ["default": ["subject": "x"]]]),
            ("sample", ["name": "Ada"]),
        ])
    }

    @Test func versionsAreKeptActivatedAndRemoved() async throws {
        try await withTypedClient { _, client in
            let first = try await client.putTemplate("greeting", content("Hello"))
            #expect(first.name == "greeting" && first.version == 1 && first.isActive && first.createdAt != nil)
            #expect(Set(first.channels) == [.inApp, .email])
            let second = try await client.putTemplate("greeting", content("Good day"), activates: false)
            #expect(second.version == 2 && !second.isActive)
            #expect(try await client.template("greeting") == first)
            #expect(try await client.template("greeting", version: 2) == second)
            try await client.activateTemplate("greeting", version: 2)
            let listed = try #require(try await client.templates().items.first)
            #expect(listed.version == 2 && listed.isActive && Set(listed.channels) == [.inApp, .email])
            let page = try await client.templateVersions(of: "greeting", limit: 1)
            #expect(page.items.map(\.version) == [2])
            let rest = try await client.templateVersions(of: "greeting", after: page.next)
            #expect(rest.items.map(\.version) == [1] && rest.next == nil)
            try await client.removeTemplate("greeting")
            let gone = await #expect(throws: BelfryClientError.self) { try await client.template("greeting") }
            #expect(gone?.code == "notFound")
        }
    }

    @Test func aPreviewIsOfItsSampleOrOfOtherData() async throws {
        try await withTypedClient { _, client in
            _ = try await client.putTemplate("greeting", content("Hello {{name}}"))
            let sample = try await client.previewTemplate("greeting")
            #expect(sample["channels"]?["inApp"]?["title"] == "Hello Ada" && sample["problems"] == [])
            let other = try await client.previewTemplate("greeting", with: JSONObject([("data", ["name": "Bob"])]))
            #expect(other["channels"]?["inApp"]?["title"] == "Hello Bob")
        }
    }
}
