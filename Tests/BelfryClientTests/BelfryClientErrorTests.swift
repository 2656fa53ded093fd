import NIOHTTP1
import Notifications
import Testing

@testable import BelfryClient

struct BelfryClientErrorTests {
    @Test func aProblemDocumentSaysWhatWasWrong() throws {
        let body: JSON = [
            "code": "invalidRequest", "detail": "2 fields are not valid.", "retryable": false, "requestId": "r1",
            "errors": [["field": "to.email", "code": "invalid", "detail": "must be an address"], ["field": ""]],
        ]
        let error = BelfryClientError(status: 422, body: body, headers: [:])
        #expect(error.code == "invalidRequest" && error.status == 422 && error.requestId == "r1")
        #expect(!error.isRetryable && error.retryAfter == nil)
        #expect(error.fieldErrors.map(\.field) == ["to.email", ""])
        #expect(
            error.description
                == "2 fields are not valid.\n  to.email must be an address\n  the body is not valid")
    }

    @Test(arguments: [(503, true), (429, true), (502, true), (500, false), (301, false), (404, false)])
    func anAnswerThatIsNoProblemDocumentIsKnownByItsStatus(status: Int, isRetryable: Bool) {
        let error = BelfryClientError(status: status, body: .null, headers: ["Retry-After": "3"])
        #expect(error.code == "http\(status)" && error.isRetryable == isRetryable && error.retryAfter == .seconds(3))
    }
}
