import Documents
import Foundation
import HTTPTypes
import HummingbirdCore
import Notifications
import Postgres
import Testing

@testable import API

struct ProblemTests {
    private struct Unknown: Error {}

    @Test(arguments: [
        (DocumentsError.unavailable as any Error, 503, Problem.Code.unavailable),
        (DocumentsError.overloaded, 503, .overloaded),
        (DocumentsError.refused(.invalidArgument("NUL")), 422, .refused),
        (PostgresError.poolTimeout, 503, .unavailable), (PostgresError.closed, 503, .unavailable),
        (PostgresError.rolledBack, 500, .internalError),
        (PostgresError.decoding(column: "a", expected: "b"), 500, .internalError),
        (CancellationError(), 503, .unavailable), (Unknown(), 500, .internalError),
    ])
    func everyErrorHasItsAnswer(error: any Error, status: Int, code: Problem.Code) {
        let problem = Problem(error)
        #expect(problem.status.code == status)
        #expect(problem.code == code)
        #expect(problem.isRetryable == (status == 503))
        let wait = problem.headers[.retryAfter].flatMap { Int($0) }
        #expect(wait.map { (1...5).contains($0) } ?? false == (status == 503))
    }

    /// As an older version's schema might ask more than this one's checks do.
    @Test func documentThatTheDatabaseDoesNotTakeIsRefused() async throws {
        try await withAPI { api in
            let client = try await api.client()
            try await api.pool.query(
                "ALTER TABLE notifications ADD CONSTRAINT polite CHECK (content ->> 'title' <> 'Rude')")
            func post(_ title: JSON) async throws -> Client.Answer {
                try await client.send("POST", "/v1/notifications", ["to": ["email": "a@example.org"], "title": title])
            }
            let answer = try await post("Rude")
            #expect(answer.status == 422 && answer.code == "refused")
            #expect(answer.body["retryable"] == false)
            #expect(!answer.body.text.contains("polite") && !answer.body.text.contains("Rude"))
            #expect(try await post("Polite").status == 202)
        }
    }

    @Test func pathThatIsTooLongIsToldSo() async throws {
        try await withAPI { api in
            let client = try await api.client()
            let path = "/v1/users/" + String(repeating: "x", count: 9000)
            let answer = try await client.send("GET", path)
            #expect(answer.status == 414 && answer.code == "targetTooLong")
        }
    }

    /// Rows of `docs/errors.md`, without the marks.
    private static func rows(under heading: String) throws -> [[String]] {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let text = try String(contentsOf: root.appending(path: "docs/errors.md"), encoding: .utf8)
        let chapter = text.components(separatedBy: "\n## ").first { $0.hasPrefix("\(heading)\n") } ?? ""
        return chapter.split(separator: "\n").filter { $0.hasPrefix("| `") }.map { line in
            line.split(separator: "|").map { $0.replacing("`", with: "").trimmingCharacters(in: .whitespaces) }
        }
    }

    @Test func everyProblemIsInTheCatalogueWithItsStatus() throws {
        let rows = try Self.rows(under: "Problems").map { "\($0[0]) \($0[1])" }
        #expect(rows == Problem.Code.allCases.map { "\($0.rawValue) \($0.status.code)" }, "see docs/errors.md")
    }

    @Test func everyCodeOfAFieldIsInTheCatalogue() throws {
        let rows = try Self.rows(under: "Fields").map { $0[0] }
        #expect(rows == FieldProblem.Code.allCases.map(\.rawValue), "see docs/errors.md")
    }

    @Test func bodyFullOfMistakesGetsAShortAnswer() {
        let name = String(repeating: "x", count: 10_000)
        let errors = (0..<1000).map { _ in FieldProblem(field: name, code: .unknown, message: "is not a known field") }
        let response = Problem.invalid(errors).response(instance: "/", requestId: "1")
        #expect((response.body.contentLength ?? 0) < 40_000)
    }

    @Test func everyCodeHasATitleOfItsOwn() {
        #expect(Set(Problem.Code.allCases.map(\.title)).count == Problem.Code.allCases.count)
    }
}
