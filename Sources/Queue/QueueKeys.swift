import Notifications
import Redis

/// The names of all keys the queue has in Redis. All keys of one route share a hash tag, so a route is one slot.
///
/// | key | type | content |
/// |---|---|---|
/// | `<route>:meta` | HASH | `epoch`, `paused`, `revision`, `turn`, `token`, `blockedUntil`; without `epoch`: rebuild |
/// | `<route>:jobs` | HASH | id → `priority:token:cost:tenant`; token 0 is ready, 1 scheduled, any other leased |
/// | `<route>:ready:<priority>:<tenant>` | LIST | ids, first in first out |
/// | `<route>:ring:<priority>` | ZSET | tenants with ready jobs, by the turn they last had |
/// | `<route>:scheduled` | ZSET | id by due ms |
/// | `<route>:leased` | ZSET | id by lease end ms |
/// | `<route>:bucket:<provider>` | HASH | `epoch`, `tat` (µs; when it will be full), `blockedUntil` (ms) |
/// | `<route>:slots:<provider>` | ZSET | id, `id:2` …, by lease end ms: a call each that is in flight under a cap |
/// | `<route>:flow` | HASH | jobs that came and went in each slice of the last half minute |
/// | `<route>:circuit:<provider>` | HASH | what became of calls of late; `nextProbe` (ms) while it is not closed |
/// | `<route>:circuit:<provider>/<endpoint>` | HASH | the same of one endpoint that failed; expires |
/// | `<route>:wake` | LIST | doorbell tokens, at most 32; carries no job |
struct QueueKeys: Sendable {
    /// `belfry`, or a name of its own for each test.
    let namespace: String

    /// The one key that scripts are given: the prefix of all others of the route.
    func route(_ route: Route) -> String { "\(namespace):{\(route.rawValue)}" }

    func meta(_ route: Route) -> String { "\(self.route(route)):meta" }

    func wake(_ route: Route) -> String { "\(self.route(route)):wake" }

    /// Which route a wake key belongs to.
    func route(ofWakeKey key: String, among routes: [Route]) -> Route? { routes.first { wake($0) == key } }
}
