import API
import Foundation
import Notifications
import Testing

/// Whoever copies an example out of our documents is not refused.
@Suite(.timeLimit(.minutes(3))) struct OpenAPIExampleTests {
    @Test func everyExampleOfABodyIsTaken() async throws {
        try await withReadyAPI { api, client, ids in
            var check = AnswerCheck()
            for operation in Description.operations {
                for example in operation.examples {
                    let path = operation.path(Self.values(ids, at: operation.path))
                    let answer = try await client.send(operation.method, path, example.body)
                    let what = "\(example.name) at \(operation.name): \(answer.body.text)"
                    #expect((200..<300).contains(answer.status), "\(what)")
                    #expect(operation.responses["\(answer.status)"] != nil, "\(what)")
                    check.add(answer, to: operation)
                }
            }
            // Now there is something of everything.
            _ = try await api.die(client)
            for operation in Description.operations where operation.method == "GET" && operation.hasJSONAnswer {
                let answer = try await client.send("GET", operation.path(Self.values(ids, at: operation.path)))
                check.add(answer, to: operation)
            }
            try await check.expectAllAsDescribed()
        }
    }

    @Test func everyOperationAnswersAsItSays() async throws {
        try await withReadyAPI { api, client, ids in
            var check = AnswerCheck()
            for operation in Description.operations
            where operation.examples.isEmpty && operation.json["x-scope"] != "stream" {
                let path = operation.path(Self.values(ids, at: operation.path))
                let status: Int
                if operation.hasJSONAnswer {
                    let answer = try await client.send(operation.method, path)
                    check.add(answer, to: operation)
                    status = answer.status
                } else {
                    status = try await client.status(of: client.request(operation.method, path))
                }
                #expect(operation.responses["\(status)"] != nil, "\(operation.name) answered \(status)")
                let parameters = operation.parameters.filter { $0["in"] == "path" }
                if parameters.isEmpty { #expect((200..<300).contains(status), "\(operation.name)") }
            }
            try await check.expectAllAsDescribed()
        }
    }

    @Test func everyRequestInADocumentIsTaken() async throws {
        try await withReadyAPI { api, client, _ in
            let requests = try DocumentedRequest.all()
            #expect(!requests.isEmpty)
            for request in requests {
                for user in request.userIds {
                    _ = try await client.send("PUT", "/v1/users/\(user)", Self.profile)
                }
                let answer = try await client.send(request.method, request.path, request.body)
                #expect((200..<300).contains(answer.status), "\(request.file): \(answer.body.text)")
            }
        }
    }

    private static let profile: JSON = [
        "email": "ada@example.org", "devices": [["id": "phone", "route": "push.fcm", "token": "token"]],
    ]

    /// What the names in a path stand for in the test's own data.
    private static func values(_ ids: [String: String], at path: String) -> [String: String] {
        ids.first { path.hasPrefix($0.key) }.map { ["id": $0.value] } ?? [:]
    }

    /// An API that has what the examples speak of, and the ids of what is named by one, by where their paths begin.
    private func withReadyAPI(_ body: (TestAPI, Client, [String: String]) async throws -> Void) async throws {
        try await withAPI(configure: { $0.providers = [.email: ["smtp"]] }) { api in
            let client = try await api.client(scopes: Set(Scope.allCases))
            _ = try await client.send("PUT", "/v1/users/u42", Self.profile)
            _ = try await client.send("PUT", "/v1/topics/news", [:])
            let id = try await client.post(["to": ["userId": "u42"], "channels": ["inApp"], "title": "x"])
            let key = try await client.send("POST", "/v1/keys", ["name": "k", "scopes": ["read"]]).body
            let webhook = try await client.send("POST", "/v1/webhooks", ["url": "https://example.org/hook"]).body
            let ids = [
                "/v1/notifications/": id, "/v1/keys/": key["id"]?.string ?? "",
                "/v1/webhooks/": webhook["id"]?.string ?? "",
            ]
            try await body(api, client, ids)
        }
    }
}
