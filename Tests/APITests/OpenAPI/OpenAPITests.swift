import Documents
import Events
import Foundation
import HTTPTypes
import LocalServers
import Notifications
import Queue
import TestSupport
import Testing

@testable import API

/// The description says what the code does: nothing more, nothing less.
struct OpenAPITests {
    @Test func everyPartIsJSON() {
        for part in OpenAPIDocument.parts { #expect(part["tags"] != nil || part["openapi"] != nil) }
    }

    @Test func everyRouteIsDescribedWithItsScopeAndNothingElseIs() async throws {
        try await withAPI { api in
            let routes = api.server.routes.map { "\($0.method.rawValue) \($0.path) \($0.scope?.rawValue ?? "-")" }
            let described = Description.operations.map { "\($0.name) \($0.json["x-scope"]?.string ?? "-")" }
            #expect(Set(described).subtracting(routes) == [], "described, but not there")
            #expect(Set(routes).subtracting(described) == [], "there, but not described in Sources/API/OpenAPI")
        }
    }

    @Test func everyOperationSaysWhatItDoesAndWhatItsPathNeeds() {
        var ids: Set<String> = []
        for operation in Description.operations {
            let isNew = ids.insert(operation.json["operationId"]?.string ?? "").inserted
            #expect(isNew, "\(operation.name)")
            #expect(operation.json["summary"]?.string?.isEmpty == false, "\(operation.name)")
            #expect(operation.json["tags"]?.array?.count == 1, "\(operation.name)")
            #expect(!operation.path().contains("{") && !operation.path().contains("//"), "\(operation.name)")
            #expect(operation.responses.keys.contains { $0.hasPrefix("2") }, "\(operation.name)")
            let body = operation.json["requestBody"]?["content"]?["application/json"]
            if body != nil { #expect(!operation.examples.isEmpty, "\(operation.name) needs an example of its body") }
        }
    }

    @Test func everyReferenceLeadsSomewhere() {
        for reference in Set(Description.references(in: OpenAPIDocument.json)) {
            #expect(Description.part(String(reference.dropFirst(2))) != nil, "\(reference)")
        }
    }

    @Test func everyProblemIsOneOfTheCatalogue() {
        let words = OpenAPIDocument.parts.flatMap { part in
            (part["paths"]?.object?.members ?? []).flatMap { $0.value.object?.members ?? [] }
                .flatMap { $0.value["x-problems"]?.array?.compactMap(\.string) ?? [] }
        }
        #expect(Set(words).subtracting(Problem.Code.allCases.map(\.rawValue)) == [])
        // Of a known path with another method, which is no operation.
        let described = Set(Description.operations.flatMap(\.codes)).union(["methodNotAllowed"])
        #expect(described == Set(Problem.Code.allCases.map(\.rawValue)))
    }

    @Test func everyProblemHasTheStatusOfItsCode() {
        for problem in [
            Problem.notAnObject, .idempotencyKeyReused, .refused, .unauthorized, .missingScope(.read), .notFound,
            .methodNotAllowed([]), .bodyTooLarge("A body", limit: 1), .bodyTooSlow, .targetTooLong(limit: 1),
            .headersTooLarge, .unsupportedMediaType, .unavailable, .queueUnavailable, .overloaded, .internalError,
            .liveKeyNeeded, .notRotatable, .endpointDisabled,
            .recipientLimited([], wait: .zero),
        ] {
            #expect(problem.status == problem.code.status, "\(problem.code)")
        }
    }

    private static let statuses = DeliveryStatus.allCases.map(\.rawValue)

    private static let vocabulary: [(String, [String])] = [
        ("Channel", NotificationChannel.allCases.map(\.rawValue)), ("Route", Route.allCases.map(\.rawValue)),
        ("Priority", Priority.allCases.map(\.name)), ("NotificationType", NotificationType.allCases.map(\.rawValue)),
        ("DeliveryStatus", statuses), ("ChannelStatus", statuses + ["processing"]),
        ("EventStatus", statuses + ["accepted", "processing"]),
        ("NotificationStatus", NotificationStatus.allCases.map(\.rawValue)),
        ("BroadcastStatus", Broadcast.Status.allCases.map(\.rawValue)),
        ("DeliveryGuarantee", DeliveryGuarantee.allCases.map(\.rawValue)),
        ("ProblemCode", Problem.Code.allCases.map(\.rawValue)), ("Scope", Scope.allCases.map(\.rawValue)),
        ("Environment", APIKey.Environment.allCases.map(\.rawValue)), ("EventType", StatusEvent.types),
        ("FieldProblem/properties/code", FieldProblem.Code.allCases.map(\.rawValue)),
        ("CancellationOutcome", Cancellation.Outcome.allCases.map(\.rawValue)),
        ("RetryOutcome", RetryEndpoints.Outcome.allCases.map(\.rawValue)),
        ("EscalationCondition", EscalationPlan.Condition.allCases.map(\.rawValue)),
        ("Device/properties/route", Route.allCases.filter { $0.channel == .push }.map(\.rawValue)),
        ("Queue/properties/state", QueueCounts.State.allCases.map(\.rawValue)),
        ("Queue/properties/boundBy", QueueCounts.Bound.allCases.map(\.rawValue)),
        ("Provider/properties/circuit", CircuitState.allCases.map(\.rawValue)),
        ("Suppression/properties/reason", Suppression.Reason.allCases.map(\.rawValue)),
        ("Resync/properties/reason", ResyncReason.allCases.map(\.rawValue)),
    ]

    @Test(arguments: vocabulary)
    func wordsAreThoseOfTheCode(schema: String, words: [String]) {
        let described = Description.part("components/schemas/\(schema)/enum")?.array?.compactMap(\.string)
        #expect(described == words)
    }

    @Test func partsOfAnInboxAreThoseOfTheCode() {
        let parameters = Description.operations.first { $0.path == "/v1/users/{id}/inbox" }?.parameters
        let words = parameters?.first { $0["name"] == "status" }?["schema"]?["enum"]?.array?.compactMap(\.string)
        #expect(words == Inbox.Part.allCases.map(\.rawValue))
    }

    @Test func theDocumentIsServedToWhoHasNoKey() async throws {
        try await withAPI { api in
            let answer = try await Client(url: api.url).send("GET", "/openapi.json")
            #expect(answer.status == 200)
            #expect(answer.headers["content-type"] == "application/json")
            #expect(answer.body == OpenAPIDocument.json)
        }
    }

    /// By the reference implementation of the OpenAPI Initiative's schema, in Python, and each example by the schema of
    /// its body.
    @Test func theDocumentIsValid() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "belfry-openapi-\(UUID().uuidString).json")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(OpenAPIDocument.json.utf8).write(to: file)
        let (status, output) = try await Python.run(Self.script, [file.path])
        #expect(status == .exited(0), "\(output)")
    }

    private static let script = #"""
        import json, sys
        from jsonschema import Draft202012Validator
        from openapi_spec_validator import validate
        document = json.load(open(sys.argv[1]))
        validate(document)
        wrong = 0
        for path, item in document["paths"].items():
            for method, operation in item.items():
                body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
                for name, example in body.get("examples", {}).items():
                    validator = Draft202012Validator({**body["schema"], "components": document["components"]})
                    for error in validator.iter_errors(example["value"]):
                        print(method, path, name, error.json_path, error.message)
                        wrong += 1
        sys.exit(1 if wrong else 0)
        """#
}
