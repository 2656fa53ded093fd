import Foundation
import Notifications
import Postgres

/// What the statement below says of one delivery.
enum PermitVerdict: String, CaseIterable {
    case granted, cancelled, expired, poison, exhausted, unknown
    /// Wait: a live permit, not due, or one suspect too many.
    case held, early, suspect
    /// Its last permit is dead and was never reported on: to be buried first.
    case abandoned
    /// What the statement leaves out, told apart by looking again.
    case locked, gone

    /// Whether the statement answers the document too.
    var needsDocument: Bool {
        switch self {
        case .granted, .cancelled, .expired, .poison, .exhausted, .unknown: true
        case .held, .early, .locked, .suspect, .abandoned, .gone: false
        }
    }
}

/// The statement that takes permits.
///
/// A permit is dead `grace` after the later of its end and the server's start: after an outage of Postgres the workers
/// that held results get the chance to hand them in first. `SKIP LOCKED` never waits, so permits cannot deadlock; what
/// it skipped is missing from the answer, like what is gone. What was changed while the
/// statement began is locked as it is now, where the update (`ctid`) does not see it: missing too, and asked for again.
struct PermitQuery {
    let store: PermitStore
    let route: Route
    let provider: String
    var suspects: Int

    func statement(_ ids: [UUID]) -> PostgresQuery {
        """
        WITH candidate AS MATERIALIZED (
            SELECT d.*, CASE WHEN d.permit_until IS NOT NULL THEN
                greatest(d.permit_until, pg_postmaster_start_time()) + \(seconds: store.timing.grace) END AS dead_at
            FROM \(deliveriesOn: route, ids, "FOR UPDATE SKIP LOCKED")
        ), judged AS MATERIALIZED (
            SELECT c.*,
                CASE
                    WHEN c.dead_at > now() THEN 'held'
                    WHEN c.permit_until IS NOT NULL THEN 'abandoned'
                    WHEN c.at_most_once AND c.crashes > 0 THEN 'unknown'
                    WHEN c.cancelled THEN 'cancelled'
                    WHEN c.expires_at <= now() THEN 'expired'
                    WHEN c.crashes >= \(PermitStore.maximumCrashes) THEN 'poison'
                    WHEN c.attempts >= \(store.maximumAttempts)
                        AND NOT starts_with(c.tenant, \(HouseTenant.prefix)) THEN 'exhausted'
                    WHEN c.not_before > now() THEN 'early'
                    WHEN c.crashes >= \(PermitStore.suspectCrashes)
                        AND row_number() OVER (
                            PARTITION BY c.crashes >= \(PermitStore.suspectCrashes) ORDER BY c.notification_id
                        ) > \(suspects)
                        THEN 'suspect'
                    ELSE 'granted'
                END AS verdict
            FROM candidate c
        ), granted AS (
            UPDATE deliveries d
            SET fence = nextval('delivery_fences'), permit_until = now() + \(seconds: store.timing.permit),
                provider = \(provider), attempts = d.attempts + 1
            FROM judged j
            WHERE j.verdict = 'granted' AND d.ctid = j.ctid
            RETURNING d.notification_id, 'granted' AS verdict, 0::int8 AS wait_milliseconds,
                d.fence, d.attempts, d.crashes, d.round, d.expires_at, d.collapsed_by
        ), answer AS (
            SELECT * FROM granted
            UNION ALL
            SELECT notification_id, verdict,
                coalesce(ceil(extract(epoch FROM
                    CASE verdict WHEN 'held' THEN dead_at ELSE not_before END - now()) * 1000), 0)::int8,
                NULL, attempts, crashes, round, expires_at, collapsed_by
            FROM judged WHERE verdict <> 'granted'
        )
        SELECT a.notification_id, a.verdict, a.wait_milliseconds, a.fence, a.attempts, a.crashes, a.round, a.expires_at,
            a.collapsed_by, n.tenant, n.user_id, n.created_at, n.content, n.channels, r.profile,
            CASE WHEN a.verdict = 'granted' THEN \(suppressionOn: route) END AS suppression,
            CASE WHEN a.verdict = 'granted' THEN \(endpointOn: route) END AS endpoint,
            \(devicesOf: "n") AS devices, \(rulesOf: "p", of: "user"), \(rulesOf: "t", of: "tenant"), now() AS at
        FROM answer a
        LEFT JOIN notifications n ON n.id = a.notification_id
            AND a.verdict IN ('granted', 'cancelled', 'expired', 'poison', 'exhausted', 'unknown')
        LEFT JOIN recipients r ON r.tenant = n.tenant AND r.user_id = n.user_id
        LEFT JOIN preferences p ON p.tenant = n.tenant AND p.user_id = n.user_id
        LEFT JOIN preference_defaults t ON t.tenant = n.tenant
        """
    }
}

extension PostgresQuery.StringInterpolation {
    /// Where the message `n` to an endpoint goes, on the route that they have; null for all else, and where it is to be
    /// told nothing.
    mutating func appendInterpolation(endpointOn route: Route) {
        guard route == .webhook else { return appendLiteral("NULL::jsonb") }
        appendLiteral(
            """
            (SELECT jsonb_build_object('url', e.url, 'secrets', CASE WHEN e.old_secret_until > now()
                THEN jsonb_build_array(e.secret, e.old_secret) ELSE jsonb_build_array(e.secret) END)
            FROM webhook_endpoints e
            WHERE e.id = (n.content -> 'endpointMessage' ->> 'endpoint')::uuid AND e.disabled_at IS NULL)
            """)
    }

    /// Binds a duration as an interval.
    mutating func appendInterpolation(seconds duration: Duration) {
        appendLiteral("make_interval(secs => ")
        appendInterpolation(duration.timeInterval)
        appendLiteral(")")
    }
}
