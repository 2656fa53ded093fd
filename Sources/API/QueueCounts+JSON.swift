import Notifications
import Queue

extension QueueCounts {
    /// - Parameter isPaused: as Postgres has it. `state` is what Redis goes by, which may learn of it a moment later.
    func json(_ route: Route, isPaused: Bool) -> JSON {
        let byPriority = Backlog.members.map { member in
            let values = Priority.allCases.map { ($0.name, member.value(self[$0])) }
            return (member.name, JSON.object(JSONObject(values)))
        }
        return .object(
            JSONObject(
                [
                    ("route", .string(route.rawValue)), ("paused", .bool(isPaused)), ("state", .string(state.rawValue)),
                    ("boundBy", JSON(bound?.rawValue)), ("scheduled", JSON(scheduled)), ("leased", JSON(leased)),
                ] + byPriority
                    + [("total", .object(JSONObject(Backlog.members.map { ($0.name, $0.value(backlog)) })))]))
    }
}

extension Backlog {
    /// Under the names that callers see.
    fileprivate static var members: [(name: String, value: (Backlog) -> JSON)] {
        [
            ("ready", { JSON($0.ready) }), ("oldest", { JSON(rounded: $0.oldest?.timeInterval) }),
            ("inFlight", { JSON($0.inFlight) }), ("inPerSecond", { JSON(rounded: $0.inPerSecond) }),
            ("outPerSecond", { JSON(rounded: $0.outPerSecond) }),
            ("timeToDrain", { JSON(rounded: $0.timeToDrain?.timeInterval) }),
        ]
    }
}

extension JSON {
    /// To the hundredth; null when there is no value.
    fileprivate init(rounded value: Double?) {
        self = value.map { .number("\(($0 * 100).rounded() / 100)") } ?? .null
    }
}
