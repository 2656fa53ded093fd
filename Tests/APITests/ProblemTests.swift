import Documents
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
