import Synchronization

/// The idempotency keys of this process' unfinished requests, so that a repeat joins the first instead of racing it.
final class KeysInFlight: Sendable {
    typealias Outcome = Promise<Result<WriteAnswer, DocumentsError>>

    enum Start {
        /// Nobody else has the key: go ahead, then `end`.
        case first(Outcome)
        /// The same request is under way.
        case join(Outcome, answer: IdempotencyClaim)
        /// Another body is under way with this key.
        case conflict
    }

    private struct Key: Hashable {
        var tenant: String
        var key: String
    }

    private let open = Mutex<[Key: (claim: IdempotencyClaim, outcome: Outcome)]>([:])

    func begin(_ claim: IdempotencyClaim, tenant: String) -> Start {
        open.withLock { open in
            let key = Key(tenant: tenant, key: claim.key)
            if let first = open[key] {
                let isSame = first.claim.fingerprint == claim.fingerprint
                return isSame ? .join(first.outcome, answer: first.claim) : .conflict
            }
            let outcome = Outcome()
            open[key] = (claim, outcome)
            return .first(outcome)
        }
    }

    func end(
        _ claim: IdempotencyClaim, tenant: String, _ outcome: Outcome, _ result: Result<WriteAnswer, DocumentsError>
    ) {
        open.withLock { _ = $0.removeValue(forKey: Key(tenant: tenant, key: claim.key)) }
        outcome.keep(result)
    }
}
