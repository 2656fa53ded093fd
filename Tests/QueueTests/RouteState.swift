import Notifications
import Redis

/// All that Redis holds of a route, with ids by their numbers.
struct RouteState: Equatable {
    /// As after `open`.
    static let openMeta = ["epoch": String(TestQueue.epoch), "paused": "0", "revision": "0"]

    var meta: [String: String] = [:]
    /// The record of each id.
    var jobs: [Int: String] = [:]
    /// By `<priority>:<tenant>`, from head to tail.
    var ready: [String: [Int]] = [:]
    /// By priority, the tenants in turn.
    var rings: [Int: [String]] = [:]
    var scheduled: [Int: Int64] = [:]
    var leased: [Int: Int64] = [:]
    /// Of each provider that is or was limited.
    var slots: [String: [Int: Int64]] = [:]
    var buckets: [String: [String: String]] = [:]
    /// Jobs that came (`in:<priority>`) and went (`out:<priority>`), by slice of five seconds.
    var flow: [String: [Int: Int]] = [:]
    /// Of each provider that was reported on.
    var circuits: [String: [String: String]] = [:]
    var bells = 0
    /// Keys that a route must not have.
    var others: [String] = []

    /// The states of all routes under a namespace, at one moment.
    static func all(in namespace: String, _ redis: RedisClient) async throws -> [Route: RouteState] {
        let dump = try await redis.evaluate(dumpScript, arguments: [RedisArgument("\(namespace):{")])
        var states: [Route: RouteState] = [:]
        for entry in dump.array ?? [] {
            guard let parts = entry.array, let name = parts[0].string?.dropFirst(namespace.count + 2),
                let brace = name.firstIndex(of: "}"), let route = Route(rawValue: String(name[..<brace]))
            else { continue }
            let content = (parts[1].array ?? []).map { $0.string ?? "" }
            states[route, default: RouteState()].read(String(name[brace...].dropFirst(2)), content)
        }
        return states
    }

    private static let dumpScript = RedisScript(
        name: "dump",
        source: """
            local dump = {}
            for _, key in ipairs(redis.call('KEYS', ARGV[1] .. '*')) do
                local kind, content = redis.call('TYPE', key).ok, {}
                if kind == 'hash' then content = redis.call('HGETALL', key) end
                if kind == 'list' then content = redis.call('LRANGE', key, 0, -1) end
                if kind == 'zset' then content = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES') end
                dump[#dump + 1] = { key, content }
            end
            return dump
            """)

    private mutating func read(_ name: String, _ content: [String]) {
        let pairs = stride(from: 0, to: content.count - 1, by: 2).map { (content[$0], content[$0 + 1]) }
        let words = name.split(separator: ":", maxSplits: 1).map { String($0) }
        switch words[0] {
        case "meta": meta = Dictionary(uniqueKeysWithValues: pairs)
        case "jobs": jobs = Dictionary(uniqueKeysWithValues: pairs.map { (Self.number($0), $1) })
        case "scheduled": scheduled = Self.times(pairs)
        case "leased": leased = Self.times(pairs)
        case "wake": bells = content.count
        case "flow": for (field, jobs) in pairs { readFlow(field, jobs) }
        case "slots" where words.count == 2: slots[words[1]] = Self.times(pairs)
        case "bucket" where words.count == 2:
            buckets[words[1]] = Dictionary(uniqueKeysWithValues: pairs)
        case "circuit" where words.count == 2:
            circuits[words[1]] = Dictionary(uniqueKeysWithValues: pairs)
        case "ready" where words.count == 2: ready[words[1]] = content.map(Self.number)
        case "ring" where words.count == 2: rings[Int(words[1]) ?? -1] = pairs.map(\.0)
        default: others.append(name)
        }
    }

    /// The slice stands above the lower 24 bits, which are the count.
    private mutating func readFlow(_ field: String, _ stored: String) {
        let (name, number) = (field.split(separator: ":").dropLast().joined(separator: ":"), Int(stored) ?? -1)
        flow[name, default: [:]][number >> 24] = number & 0xFF_FFFF
    }

    /// Also of a job's further slots, which are `id:2` …
    private static func number(_ id: String) -> Int { Int(id.prefix(36).suffix(12)) ?? -1 }

    private static func times(_ pairs: [(String, String)]) -> [Int: Int64] {
        Dictionary(pairs.map { (number($0), Int64($1) ?? -1) }, uniquingKeysWith: max)
    }
}
