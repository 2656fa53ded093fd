import Foundation
import Notifications
import Postgres

/// What calls of tenants' endpoints leave behind: whether the endpoint works, and no document.
struct EndpointOutcomes {
    private let records: [AttemptRecord]
    /// Messages that are done with: nobody asks for their documents.
    let finished: Set<UUID>

    /// - Parameter records: reports of live permits, of any kind.
    init(_ records: [AttemptRecord]) {
        let records = records.filter { $0.permit.content.endpointMessage != nil }
        self.records = records
        finished = Set(
            records.filter { if case .settle = $0.decision { true } else { false } }.map(\.permit.notificationId))
    }

    var statements: [PostgresQuery] {
        let health = health
        var statements: [PostgresQuery] = []
        if !finished.isEmpty { statements.append("DELETE FROM notifications WHERE id = ANY(\(Array(finished)))") }
        if !health.isEmpty { statements.append(EndpointOutcomes.noting(health)) }
        return statements
    }

    fileprivate enum Health: Equatable {
        case well
        case failing(DeliveryFailure)
        case gone(DeliveryFailure)

        var failure: DeliveryFailure? {
            switch self {
            case .well: nil
            case .failing(let failure), .gone(let failure): failure
            }
        }

        var rank: Int {
            switch self {
            case .failing: 0
            case .well: 1
            case .gone: 2
            }
        }
    }

    /// What was called: an endpoint may have another URL by now.
    fileprivate struct Place: Hashable {
        var id: UUID
        var url: String
    }

    /// Of each endpoint that was called. One success among several calls is enough, and having gone counts most.
    private var health: [Place: Health] {
        var health: [Place: Health] = [:]
        for record in records {
            guard let id = record.permit.content.endpointMessage?.endpoint, let said = record.endpointHealth,
                let url = record.permit.recipient.webhookUrl
            else { continue }
            let place = Place(id: id, url: url)
            if said.rank >= health[place]?.rank ?? 0 { health[place] = said }
        }
        return health
    }

    /// Only what changes is written, so that endpoints that go on as they did cost nothing. One that somebody else has
    /// locked is left to the next call: it never has two of us wait for each other. What a URL of before answered says
    /// nothing of the one that there is now.
    private static func noting(_ health: [Place: Health]) -> PostgresQuery {
        let said = health.sorted { $0.key.id < $1.key.id }
        return """
            UPDATE webhook_endpoints e
            SET failing_since = CASE WHEN c.well THEN NULL ELSE coalesce(e.failing_since, now()) END,
                failure = CASE WHEN c.well THEN NULL ELSE coalesce(c.new_failure, e.failure) END,
                disabled_at = CASE WHEN c.gone THEN now() ELSE e.disabled_at END,
                disabled_reason = CASE WHEN c.gone THEN 'gone' ELSE e.disabled_reason END
            FROM (
                SELECT o.id, u.well, u.gone, u.new_failure
                FROM webhook_endpoints o JOIN unnest(
                    \(said.map(\.key.id)), \(said.map(\.key.url)), \(said.map { $0.value == .well }),
                    \(said.map { $0.value.rank == 2 }), \(said.map { $0.value.failure.map { JSONB($0.json) } })
                ) AS u(id, url, well, gone, new_failure) ON o.id = u.id AND o.url = u.url
                WHERE o.disabled_at IS NULL AND (u.gone OR u.well = (o.failing_since IS NOT NULL))
                FOR UPDATE OF o SKIP LOCKED
            ) c
            WHERE e.id = c.id
            """
    }
}

extension AttemptRecord {
    /// What the call says of the endpoint; nil where none was made, or it was told to wait.
    fileprivate var endpointHealth: EndpointOutcomes.Health? {
        switch outcome {
        case "accepted": .well
        case "invalidRecipient": .gone(result.failure ?? .endpointGone)
        case "retry", "unknown", "rejected", "authentication": .failing(result.failure ?? .endpointUnavailable)
        default: nil
        }
    }
}
