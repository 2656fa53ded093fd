import LuaScripts
import Redis

/// A script with the names of its arguments, as the header of its file lists them. A test compares the two.
struct QueueScript: Sendable {
    let script: RedisScript
    /// The text of its own file; the script has its chapters before it.
    let source: String
    /// Arguments that come once.
    let arguments: [String]
    /// Arguments that come once for each element.
    let repeated: [String]

    init(
        _ name: String, _ source: String, chapters: [String] = [], arguments: [String] = [], repeated: [String] = []
    ) {
        script = RedisScript(name: name, source: (chapters + [source]).joined())
        self.source = source
        self.arguments = arguments
        self.repeated = repeated
    }

    static let enqueue = QueueScript(
        "enqueue", LuaScripts.enqueue, chapters: [LuaScripts.basics, LuaScripts.flow], arguments: ["now"],
        repeated: ["id", "priority", "cost", "delay", "tenant"])
    static let upkeep = QueueScript(
        "upkeep", LuaScripts.upkeep, chapters: [LuaScripts.basics, LuaScripts.flow],
        arguments: ["now", "longestLease", "longestDelay"])
    static let claim = QueueScript(
        "claim", LuaScripts.claim,
        chapters: [
            LuaScripts.basics, LuaScripts.circuits, LuaScripts.limits, LuaScripts.turns, LuaScripts.rounds,
            LuaScripts.leases,
        ],
        arguments: ["now", "epoch", "limit", "lease", "fanOut"], repeated: ["provider", "interval", "burst", "cap"])
    static let settle = ending("settle", LuaScripts.settle, ["id", "token"])
    static let retry = ending("retry", LuaScripts.retry, ["id", "token", "delay"])
    static let release = ending("release", LuaScripts.release, ["id", "token"])
    static let cancel = QueueScript("cancel", LuaScripts.cancel, repeated: ["id"])
    static let throttle = QueueScript(
        "throttle", LuaScripts.throttle, chapters: [LuaScripts.basics], arguments: ["now"],
        repeated: ["provider", "wait"])
    static let report = QueueScript(
        "report", LuaScripts.report, chapters: [LuaScripts.basics, LuaScripts.circuits],
        arguments: ["now", "percent", "volume", "coolDown", "longest", "memory"],
        repeated: ["circuit", "token", "well", "failed", "took", "opens"])
    static let knock = QueueScript(
        "knock", LuaScripts.knock, chapters: [LuaScripts.basics, LuaScripts.circuits], arguments: ["now", "lease"],
        repeated: ["endpoint", "token"])
    static let occupy = QueueScript(
        "occupy", LuaScripts.occupy, chapters: [LuaScripts.basics], arguments: ["now"],
        repeated: ["id", "provider", "left", "count"])
    static let usage = QueueScript(
        "usage", LuaScripts.usage, chapters: [LuaScripts.basics, LuaScripts.circuits, LuaScripts.limits],
        arguments: ["now"],
        repeated: ["provider", "interval", "burst", "cap"])
    static let counts = QueueScript(
        "counts", LuaScripts.counts,
        chapters: [LuaScripts.basics, LuaScripts.flow, LuaScripts.circuits, LuaScripts.limits, LuaScripts.turns],
        arguments: ["now"],
        repeated: ["provider", "interval", "burst", "cap"])
    static let clear = QueueScript("clear", LuaScripts.clear)
    static let open = QueueScript("open", LuaScripts.open, arguments: ["epoch", "paused", "revision"])
    static let pause = QueueScript("pause", LuaScripts.pause, arguments: ["paused", "revision"])

    static let all = [
        enqueue, upkeep, claim, settle, retry, release, cancel, throttle, report, knock, occupy, usage, counts,
        clear, open, pause,
    ]

    private static func ending(_ name: String, _ source: String, _ repeated: [String]) -> QueueScript {
        QueueScript(
            name, source, chapters: [LuaScripts.basics, LuaScripts.flow, LuaScripts.refunds],
            arguments: ["now", "provider", "interval", "cap", "spent"], repeated: repeated)
    }
}
