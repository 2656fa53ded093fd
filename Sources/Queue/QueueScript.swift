import LuaScripts
import Redis

/// A script with the names of its arguments, as the header of its file lists them. A test compares the two.
struct QueueScript: Sendable {
    let script: RedisScript
    /// Arguments that come once.
    let arguments: [String]
    /// Arguments that come once for each element.
    let repeated: [String]

    init(_ name: String, _ source: String, arguments: [String] = [], repeated: [String] = []) {
        script = RedisScript(name: name, source: source)
        self.arguments = arguments
        self.repeated = repeated
    }

    static let enqueue = QueueScript(
        "enqueue", LuaScripts.enqueue, arguments: ["now"], repeated: ["id", "priority", "cost", "delay", "tenant"])
    static let upkeep = QueueScript(
        "upkeep", LuaScripts.upkeep, arguments: ["now", "longestLease", "longestDelay"])
    static let claim = QueueScript(
        "claim", LuaScripts.claim, arguments: ["now", "epoch", "limit", "lease"], repeated: ["provider"])
    static let settle = QueueScript("settle", LuaScripts.settle, repeated: ["id", "token"])
    static let retry = QueueScript("retry", LuaScripts.retry, arguments: ["now"], repeated: ["id", "token", "delay"])
    static let release = QueueScript("release", LuaScripts.release, repeated: ["id", "token"])
    static let cancel = QueueScript("cancel", LuaScripts.cancel, repeated: ["id"])
    static let counts = QueueScript("counts", LuaScripts.counts, arguments: ["now"])
    static let clear = QueueScript("clear", LuaScripts.clear)
    static let open = QueueScript("open", LuaScripts.open, arguments: ["epoch", "paused", "revision"])
    static let pause = QueueScript("pause", LuaScripts.pause, arguments: ["paused", "revision"])

    static let all = [enqueue, upkeep, claim, settle, retry, release, cancel, counts, clear, open, pause]
}
