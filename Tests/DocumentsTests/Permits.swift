import Documents
import Foundation
import Notifications
import Testing

extension TestDatabase {
    /// A store whose permits are good for `permit`, and dead right after that.
    func permits(lasting permit: Duration = .seconds(25), grace: Duration = .zero, attempts: Int = 5) -> PermitStore {
        PermitStore(
            pool: pool, timing: DeliveryTiming(callDeadline: .milliseconds(1), permit: permit, grace: grace),
            maximumAttempts: attempts)
    }

    /// Ends a delivery's permit as if its worker had died some time ago.
    func abandonPermit(of id: UUID) async throws {
        try await alterDelivery(id, set: "permit_until = least(permit_until, pg_postmaster_start_time())")
    }

    /// Lets a worker die with the delivery's permit, so many times.
    func crash(_ id: UUID, times: Int = 1) async throws {
        for _ in 0..<times {
            _ = try await permits().grant(id)
            try await abandonPermit(of: id)
        }
    }
}

extension PermitStore {
    func answer(_ id: UUID, on route: Route = .email, suspects: Int = 1) async throws -> PermitAnswer {
        let (answers, _) = try await take([id], route: route, provider: "simulator", suspects: suspects)
        #expect(answers.count == 1)
        return try #require(answers[id])
    }

    func grant(_ id: UUID, on route: Route = .email) async throws -> Permit {
        try #require(try await answer(id, on: route).permit)
    }

    /// Permits for all of them, in their order.
    func grants(_ ids: [UUID], on route: Route = .email) async throws -> [Permit] {
        let (answers, _) = try await take(ids, route: route, provider: "simulator", suspects: 0)
        return try ids.map { try #require(answers[$0]?.permit) }
    }
}

extension PermitAnswer {
    var permit: Permit? { if case .granted(let permit) = self { permit } else { nil } }
    var wait: Duration? { if case .refused(let after) = self { after } else { nil } }

    /// The answer as a word, and what it says about the end of a delivery.
    var summary: String {
        switch self {
        case .granted: "granted"
        case .refused: "refused"
        case .putOff(_, _, let failure): "put off: \(failure.code)"
        case .over(_, let status, let failure): "over: \(status), \(failure?.code ?? "no failure")"
        case .gone: "gone"
        }
    }
}
