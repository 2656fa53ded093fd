import Foundation
import LocalServers

/// The servers that `belfry up` starts because no URL was given for them.
struct PrivateServers {
    private(set) var environment: [String: String]
    private var postgres: LocalPostgres?
    private var redis: LocalRedis?

    /// Starts what `environment` names no URL for, and adds the URLs. On an error what was started is stopped.
    static func start(in folder: DataFolder, environment: [String: String]) async throws -> PrivateServers {
        var servers = PrivateServers(environment: environment)
        do {
            if environment["BELFRY_DATABASE_URL", default: ""].isEmpty {
                say("starting a private Postgres in \(folder.path)/postgres")
                let postgres = try await LocalPostgres.start(directory: "\(folder.path)/postgres")
                servers.postgres = postgres
                servers.environment["BELFRY_DATABASE_URL"] = postgres.url
            }
            if environment["BELFRY_REDIS_URL", default: ""].isEmpty {
                say("starting a private Redis in \(folder.path)/redis")
                let redis = try await LocalRedis.start(directory: "\(folder.path)/redis")
                servers.redis = redis
                servers.environment["BELFRY_REDIS_URL"] = redis.url
            }
            return servers
        } catch {
            await servers.stop()
            throw error
        }
    }

    /// What a command that works on these servers themselves needs before it in a shell; empty when none is private.
    var assignments: String {
        [(postgres?.url).map { "BELFRY_DATABASE_URL='\($0)'" }, (redis?.url).map { "BELFRY_REDIS_URL='\($0)'" }]
            .compactMap(\.self).joined(separator: " ")
    }

    func stop() async {
        await redis?.stop()
        await postgres?.stop()
    }
}
