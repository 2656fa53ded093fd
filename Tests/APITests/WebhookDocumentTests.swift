import Foundation
import Notifications
import Testing

/// The examples of `docs/webhooks.md` are what the API takes and answers, and what is sent.
@Suite struct WebhookDocumentTests {
    @Test func examplesAreTakenAndAnsweredAsTheyStand() async throws {
        let examples = try DocumentExamples.json(of: "webhooks.md")
        try #require(examples.count == 4)
        try await withAPI { api in
            let client = try await api.client(scopes: [.admin])
            let made = try await client.send("POST", "/v1/webhooks", examples[0])
            #expect(made.status == 201)
            #expect(made.body.object?.members.map(\.name) == examples[1].object?.members.map(\.name))
            for member in examples[1].object?.members ?? [] where !["id", "createdAt", "secret"].contains(member.name) {
                #expect(made.body[member.name] == member.value, "\(member.name)")
            }
            let path = "/v1/webhooks/\(made.body["id"]?.string ?? "")/replay"
            #expect(try await client.send("POST", path, examples[3]).status == 202)
        }
    }

    @Test func eventIsWhatWouldBeSent() throws {
        let example = try DocumentExamples.json(of: "webhooks.md")[2]
        let event = try #require(example["data"].flatMap { StatusEvent(json: $0, tenant: "default") })
        let message = EndpointMessage(event, number: 2, to: UUID())
        #expect(JSON.object(message.body).text == example.text)
    }

    @Test func everyTypeIsListed() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/webhooks.md"), encoding: .utf8)
        for type in StatusEvent.types {
            #expect(text.contains("`\(type.dropFirst("notification.".count))`"), "\(type)")
        }
    }
}
