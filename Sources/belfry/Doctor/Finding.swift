import Notifications

/// What was found out about one thing that must be right for Belfry to keep its promises.
struct Finding: Equatable {
    enum Level: String, CaseIterable {
        case ok
        /// It works, at a price that the operator should know.
        case warn
        /// A promise is broken, or nothing works.
        case fail
    }

    /// The check's stable name, such as `redis.version`.
    var check: String
    var level: Level
    /// What is the case; never a secret.
    var found: String
    /// What to do about it; nil when it is right.
    var advice: String?

    static func ok(_ check: String, _ found: String) -> Finding { Finding(check: check, level: .ok, found: found) }

    static func warn(_ check: String, _ found: String, _ advice: String) -> Finding {
        Finding(check: check, level: .warn, found: found, advice: advice)
    }

    static func fail(_ check: String, _ found: String, _ advice: String) -> Finding {
        Finding(check: check, level: .fail, found: found, advice: advice)
    }

    var json: JSON {
        ["check": .string(check), "level": .string(level.rawValue), "found": .string(found), "advice": JSON(advice)]
    }
}
