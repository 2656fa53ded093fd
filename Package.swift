// swift-tools-version:6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

/// One target owns one boundary; `dependencies` is the whole of what it may import.
func room(
    _ name: String, _ dependencies: [Target.Dependency] = [], path: String? = nil, embedded: [String] = []
) -> Target {
    .target(
        name: name, dependencies: dependencies, path: path, resources: embedded.map { .embedInCode($0) },
        swiftSettings: settings)
}

func suite(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(name: name, dependencies: dependencies + ["TestSupport", "LocalServers"], swiftSettings: settings)
}

let nio: [Target.Dependency] = [
    .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
]
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let cryptoExtras: Target.Dependency = .product(name: "CryptoExtras", package: "swift-crypto")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")
let httpClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let nioHTTP1: Target.Dependency = .product(name: "NIOHTTP1", package: "swift-nio")
let nioHTTP2: Target.Dependency = .product(name: "NIOHTTP2", package: "swift-nio-http2")
let nioHPACK: Target.Dependency = .product(name: "NIOHPACK", package: "swift-nio-http2")
let nioSSL: Target.Dependency = .product(name: "NIOSSL", package: "swift-nio-ssl")
let argumentParser: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let nioTLS: Target.Dependency = .product(name: "NIOTLS", package: "swift-nio")
let httpTypes: Target.Dependency = .product(name: "HTTPTypes", package: "swift-http-types")

let package = Package(
    name: "belfry",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "belfry", targets: ["belfry"]),
        .library(name: "BelfryClient", targets: ["BelfryClient", "Notifications"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    ],
    targets: [
        .systemLibrary(name: "CHiredis"),
        .systemLibrary(name: "CLibPQ"),
        .systemLibrary(name: "CEpoll"),
        room(
            "LuaScripts", path: "lua",
            embedded: [
                "chapters/basics", "chapters/circuits", "chapters/flow", "chapters/leases", "chapters/limits",
                "chapters/refunds", "chapters/rounds", "chapters/turns", "cancel", "claim", "clear", "counts",
                "enqueue", "knock", "occupy", "open", "pause", "release", "report", "retry", "settle", "throttle",
                "upkeep", "usage",
            ].map { "\($0).lua" }),
        room("Redis", ["CHiredis", logging, lifecycle, crypto, nioSSL] + nio),
        room("Postgres", ["CLibPQ", logging, lifecycle, crypto]),
        room("Notifications"),
        room("Telemetry"),
        room("Templates", ["Notifications"]),
        room("Mail", ["Notifications", crypto, cryptoExtras]),
        room("SMTP", [nioSSL, nioTLS, logging] + nio),
        room("Outbound", [httpClient, httpTypes, logging, nioSSL, nioHTTP1, nioHTTP2] + nio),
        room(
            "Documents", ["Notifications", "Postgres", "Telemetry", logging, lifecycle],
            embedded: [
                "v0001_create_documents",
                "v0002_add_pause_revision",
                "v0003_index_dead_letters",
                "v0004_add_key_rate",
                "v0005_add_cancellation_key",
                "v0006_create_provider_limits",
                "v0007_create_provider_messages",
                "v0008_index_device_addresses",
                "v0009_create_suppressions",
                "v0010_index_notification_types",
                "v0011_create_erasures",
                "v0012_create_topics",
                "v0013_create_notification_texts",
                "v0014_create_stats",
                "v0015_add_collapse_key",
                "v0016_extend_api_keys",
                "v0017_create_webhook_endpoints",
                "v0018_create_templates",
                "v0019_create_preferences",
                "v0020_create_recipient_times",
            ].map { "Migrations/\($0).sql" }),
        room("Queue", ["Notifications", "Redis", "Telemetry", "LuaScripts", logging]),
        room("SettingsReading", ["Notifications"]),
        room(
            "Providers",
            [
                "Notifications", "SettingsReading", "Mail", "SMTP", "Outbound", httpTypes, crypto, cryptoExtras, nioSSL,
                logging,
            ]),
        room("Events", ["Notifications", "Redis", "Telemetry", logging, lifecycle]),
        room(
            "Worker",
            ["Notifications", "Telemetry", "Templates", "Documents", "Queue", "Postgres", logging, lifecycle]),
        room(
            "API",
            [
                "Notifications", "Mail", "Telemetry", "Templates", "Documents", "Queue", "Events", "Postgres",
                hummingbird, httpTypes, logging, lifecycle, crypto, nioHTTP1,
            ] + nio,
            embedded: [
                "common", "notifications", "templates", "topics", "users", "preferences", "inbox", "events", "stats",
                "suppressions", "deadLetters", "queues", "providers", "receipts", "webhooks", "keys", "operations",
            ].map { "OpenAPI/\($0).json" } + ["Docs/docs.html", "Docs/docs.js", "Docs/docs.css"]),
        room("BelfryClient", ["Notifications", httpClient, nioHTTP1] + nio),
        room("LocalServers"),
        room(
            "Bench",
            [
                "CEpoll", "LocalServers", "Notifications", "Documents", "Postgres", "Queue", "Redis", "Worker", logging,
                crypto, nioHTTP2, nioHPACK, nioSSL,
            ] + nio),
        .executableTarget(
            name: "belfry",
            dependencies: [
                "API", "Bench", "BelfryClient", "Documents", "Events", "LocalServers", "Mail", "Notifications",
                "Outbound", "Postgres", "Providers", "Queue", "Redis", "SettingsReading", "Telemetry", "Templates",
                "Worker", hummingbird, logging, lifecycle, crypto, argumentParser,
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ], swiftSettings: settings),
        room("TestSupport", ["LocalServers", nioSSL] + nio, path: "Tests/Support"),
        suite("RedisTests", ["Redis", "CHiredis"] + nio),
        suite("PostgresTests", ["Postgres", logging]),
        suite("NotificationsTests", ["Notifications"]),
        suite("TelemetryTests", ["Telemetry"]),
        suite("TemplatesTests", ["Templates", "Notifications"]),
        suite("MailTests", ["Mail", "Notifications"]),
        suite("SMTPTests", ["SMTP", nioSSL, logging] + nio),
        suite(
            "OutboundTests",
            ["Outbound", httpTypes, logging, nioSSL, .product(name: "NIOEmbedded", package: "swift-nio")] + nio),
        suite(
            "ProvidersTests",
            [
                "Providers", "SettingsReading", "Notifications", "Mail", "SMTP", "Outbound", crypto, cryptoExtras,
                httpTypes, logging, nioSSL,
            ] + nio),
        suite("DocumentsTests", ["Documents", "Notifications", "Postgres", logging, lifecycle]),
        suite("QueueTests", ["Queue", "LuaScripts", "Notifications", "Redis", "Telemetry"] + nio),
        suite(
            "WorkerTests",
            ["Worker", "Documents", "Queue", "Providers", "Notifications", "Postgres", "Redis", "Telemetry"]),
        suite("EventsTests", ["Events", logging, lifecycle, "Notifications", "Redis", "Telemetry"]),
        suite(
            "APITests",
            [
                "API", "BelfryClient", httpClient, hummingbird, logging, lifecycle, "Events", "Telemetry", "Outbound",
                "Documents", "Mail", "Templates",
                "Queue",
                "Notifications", "Postgres", "Redis", httpTypes, nioHTTP1,
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ] + nio),
        suite("BelfryClientTests", ["BelfryClient", "Notifications", nioHTTP1]),
        suite("LocalServersTests", []),
        suite("BenchTests", ["Bench", "Notifications", "Outbound", httpTypes, logging]),
        .executableTarget(
            name: "chaos",
            dependencies: [
                "LocalServers", "Notifications", "Postgres", "Redis", httpClient, nioHTTP1, logging, argumentParser,
            ] + nio, path: "Tests/Chaos", exclude: ["mutants"], swiftSettings: settings),
        suite("ChaosTests", ["chaos", "belfry"] + nio),
        suite("StructureTests", []),
        suite(
            "EndToEndTests",
            [
                "Mail", "Notifications", "Outbound", "Postgres", "Providers", "Redis", "SettingsReading", hummingbird,
                httpClient, logging,
                "BelfryClient", "belfry",
                "Telemetry",
                nioHTTP1, argumentParser,
            ] + nio),
    ]
)
