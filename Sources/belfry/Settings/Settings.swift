import API
import Foundation
import Logging
import Mail
import Notifications
import Outbound
import Postgres
import Providers
import Redis
import SettingsReading

/// Everything that can be set, read from the environment once at the start and checked all at once.
struct Settings {
    var postgres: PostgresConfiguration
    var redis: RedisConfiguration
    var logLevel: Logger.Level
    var logFormat: LogFormat
    var host: String
    var port: Int
    var maximumConnections: Int
    var publicURL: String?
    var unsubscribeLinks: UnsubscribeLinks?
    var allowedOrigins: AllowedOrigins
    /// Requests a second.
    var keyRate: Int
    /// How long what is known of a user is kept.
    var recipientCache: Duration
    var servesMetrics: Bool
    /// Of a process without an API.
    var metricsPort: Int
    var concurrency: Int
    var fanOut: Int
    var timing: DeliveryTiming
    var retryPolicy: RetryPolicy
    var circuits: CircuitPolicy
    var retention: Duration
    var searches: Bool
    /// By route, provider names in order.
    var assignments: [Route: [String]]
    var providers: ProviderCatalogue
    var outbound: OutboundConfiguration
    /// All of it as documented and as in force.
    var entries: [SettingEntry]

    /// - Throws: `SettingsError` with every problem.
    init(_ environment: [String: String] = ProcessInfo.processInfo.environment) throws {
        var reader = SettingsReader(environment)
        guard let settings = Settings(&reader) else { throw SettingsError(problems: reader.problems) }
        self = settings
    }

    /// Reads all settings, whatever is wrong with some; nil when anything is, and then the reader has the problems.
    init?(_ reader: inout SettingsReader) {
        let servers = Servers(&reader)
        let levels = Logger.Level.allCases.map(\.rawValue)
        logLevel =
            Logger.Level(rawValue: reader.choice("BELFRY_LOG_LEVEL", levels, default: "info", "Least level logged."))
            ?? .info
        logFormat = reader.parsed(
            "BELFRY_LOG_FORMAT", form: LogFormat.allCases.map(\.rawValue).joined(separator: " | "),
            fallback: "text on a terminal, else json", "How log lines are written, all of them to standard error.",
            default: isatty(STDERR_FILENO) == 1 ? .text : .json
        ) { LogFormat(rawValue: $0) }
        host = reader.string(
            "BELFRY_HOST", form: "an address", default: "127.0.0.1",
            "Where the API listens, and health and metrics of the other roles."
        )
        port = reader.int("BELFRY_PORT", 0...65535, default: 8080, "The API's port; 0 takes a free one.")
        maximumConnections = reader.int(
            "BELFRY_MAX_CONNECTIONS", 1...1_000_000, default: 10_000,
            "Connections that the API has open at once; more wait to be taken.")
        publicURL = reader.parsed(
            "BELFRY_PUBLIC_URL", form: "https://host[:port][/path]", fallback: "the host that a provider names",
            "Where the world reaches the API: where links in e-mails lead, and what some providers sign.", default: nil
        ) { text in
            guard text.hasPrefix("http://") || text.hasPrefix("https://"), !text.contains(where: { "?#".contains($0) })
            else { return nil }
            return text.hasSuffix("/") ? String(text.dropLast()) : text
        }
        unsubscribeLinks = Settings.unsubscribeLinks(&reader, publicURL: publicURL)
        allowedOrigins = reader.parsed(
            "BELFRY_CORS_ORIGINS", form: "https://host[:port], separated by commas", fallback: "none",
            "Web pages, by their origins, that may call the API from a browser.", default: .none
        ) { try AllowedOrigins($0.split(separator: ",").map { String($0) }) }
        keyRate = reader.int(
            "BELFRY_KEY_RATE", 0...1_000_000, default: 0,
            "Requests a second that an API key may send to one process, unless it has a rate of its own; 0 is no limit."
        )
        recipientCache = reader.duration(
            "BELFRY_RECIPIENT_CACHE", .zero...(.seconds(20)), default: "5s",
            "How long the API keeps what it looked up of a user; 0s is not at all. Changes are told to all processes at once."
        )
        servesMetrics =
            reader.choice(
                "BELFRY_METRICS", ["on", "off"], default: "on",
                "Whether `/metrics` is served. It needs no key and tells amounts only.") == "on"
        metricsPort = reader.int(
            "BELFRY_METRICS_PORT", 0...65535, default: 0,
            "Where a worker or scheduler serves health and metrics; 0 takes a free one, which is logged.")
        concurrency = reader.int(
            "BELFRY_CONCURRENCY", 1...4096, default: 64, "Deliveries that one worker has under way at once.")
        fanOut = reader.int(
            "BELFRY_FAN_OUT", 1...50, default: 8,
            "Devices of one push delivery that are sent to at once; the same for all workers.")
        timing = Settings.timing(&reader)
        retryPolicy = Settings.retryPolicy(&reader)
        circuits = Settings.circuits(&reader)
        retention = reader.duration(
            "BELFRY_RETENTION", .seconds(86400)...(.seconds(3650 * 86400)), default: "90d",
            "How long finished notifications and events are kept.")
        searches =
            reader.choice(
                "BELFRY_SEARCH", ["on", "off"], default: "on",
                "Whether notifications can be searched for; the clerks then index what they say.") == "on"
        assignments = Settings.assignments(&reader)
        providers = ProviderCatalogue(&reader, publicURL: publicURL)
        outbound = Settings.outbound(&reader)
        providers.check(assignments, &reader)
        entries = reader.entries
        guard reader.problems.isEmpty, let postgres = servers.postgres, let redis = servers.redis else { return nil }
        self.postgres = postgres
        self.redis = redis
    }

    /// The two servers; nil when not rightly set, which is then among the problems.
    struct Servers {
        var postgres: PostgresConfiguration?
        var redis: RedisConfiguration?

        init(_ reader: inout SettingsReader) {
            postgres = reader.parsed(
                "BELFRY_DATABASE_URL", form: "postgresql://…", fallback: "none", "The Postgres database.",
                isSecret: true, default: nil
            ) { try PostgresConfiguration(url: $0) }
            let certificates = Servers.redisCertificates(&reader)
            redis = reader.parsed(
                "BELFRY_REDIS_URL", form: "redis://…, rediss://… or redis+unix://…", fallback: "none",
                "The Redis server; `rediss` is TLS.", isSecret: true, default: nil
            ) { try RedisConfiguration(url: $0, certificates: certificates) }
            let poolSize = reader.int("BELFRY_POOL_SIZE", 2...200, default: 8, "Postgres connections of one process.")
            postgres?.poolSize = poolSize
            let names = ["BELFRY_DATABASE_URL", "BELFRY_REDIS_URL"]
            for name in names where !reader.isSet(name) {
                reader.note("\(name) is not set: give the server's URL, or use `belfry up`, which starts its own")
            }
        }

        private static func redisCertificates(_ reader: inout SettingsReader) -> RedisCertificates {
            func file(_ name: String, fallback: String, _ about: String) -> String? {
                reader.parsed(name, form: "a PEM file", fallback: fallback, about, default: nil) { $0 }
            }
            return RedisCertificates(
                authorities: file(
                    "BELFRY_REDIS_CA_FILE", fallback: "the system's", "Authorities that may vouch for Redis."),
                certificate: file(
                    "BELFRY_REDIS_CERT_FILE", fallback: "none", "Our certificate, for a Redis that asks for one."),
                key: file("BELFRY_REDIS_KEY_FILE", fallback: "none", "The key of that certificate."))
        }
    }
}

/// Everything that is wrong with the settings.
struct SettingsError: Error, CustomStringConvertible {
    var problems: [String]

    var description: String {
        (["The settings are not right:"] + problems.map { "  - \($0)" }
            + ["`belfry settings` lists them all, with their defaults and ranges."]).joined(separator: "\n")
    }
}
