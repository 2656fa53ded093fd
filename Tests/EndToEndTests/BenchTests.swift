import Foundation
import LocalServers
import Notifications
import Testing

/// `belfry bench`, run short: that it works and says what it promises to say. How much it says is for a quiet machine.
@Suite(.timeLimit(.minutes(3))) struct BenchTests {
    @Test func endToEndPrintsEveryFigureAndLosesNothing() async throws {
        let output = Lines()
        let child = try ChildProcess(
            executable: Installation.binary, arguments: ["bench", "e2e", "--quick", "--json"],
            environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""], output: .lines { output.add($0) })
        #expect(await child.waitForExit() == .exited(0), "\(output.all)")
        let report = try JSON(parsing: try await output.first { $0.hasPrefix("{") })
        for mode in ["single", "batch"] {
            let figures = try #require(report[mode]?.object)
            for name in [
                "acceptedPerSecond", "deliveredPerSecond", "redisCommandsPerNotification",
                "postgresStatementsPerNotification", "hotShare", "floorPerSecond", "floorRatio",
            ] {
                #expect(try positive(figures[name]), "\(mode) \(name): \(figures[name] ?? .null)")
            }
            for name in ["acceptMs", "pickupMs"] {
                for rank in ["p50", "p95", "p99"] { #expect(figures[name]?[rank]?.isNumber == true, "\(mode) \(name)") }
            }
            for role in ["api", "worker"] { #expect(try positive(figures["residentMiB"]?[role]), "\(mode) \(role)") }
            for role in ["api", "worker", "postgres", "redis"] {
                #expect(try positive(figures["cpuMicrosPerNotification"]?[role]), "\(mode) \(role)")
            }
            for name in ["idleRedisCommandsPerSecond", "userLookupsPerNotification"] {
                #expect(figures[name]?.isNumber == true, "\(mode) \(name)")
            }
            #expect(figures["lost"] == 0)
            #expect(figures["duplicated"] == 0)
        }
    }

    @Test func topicAddsUp() async throws {
        let output = Lines()
        let child = try ChildProcess(
            executable: Installation.binary, arguments: ["bench", "topic", "--quick", "--json"],
            environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""], output: .lines { output.add($0) })
        #expect(await child.waitForExit() == .exited(0), "\(output.all)")
        let report = try JSON(parsing: try await output.first { $0.hasPrefix("{") })
        #expect(report["isClean"] == true)
        #expect(try positive(report["subscribedPerSecond"]))
        for name in ["acceptMs", "expandedPerSecond", "deliveredPerSecond", "sends"] {
            #expect(try positive(report["whole"]?[name]), "\(name)")
        }
        #expect(report["cancelled"]?["broadcast"]?["status"] == "cancelled")
        #expect(try positive(report["cancelled"]?["cancelMs"]))
    }

    @Test func queuePrintsEveryFigure() async throws {
        let output = Lines()
        let child = try ChildProcess(
            executable: Installation.binary, arguments: ["bench", "queue", "--quick", "--json"],
            environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""], output: .lines { output.add($0) })
        #expect(await child.waitForExit() == .exited(0), "\(output.all)")
        let report = try JSON(parsing: try await output.first { $0.hasPrefix("{") })
        let figures = [
            "enqueuePerSecond": ["single", "pipelined32", "batch500"], "settledPerSecond": ["1", "2", "4"],
            "claimMicros": ["1000", "1000000"], "pickupMs": ["p50", "p95", "p99"],
            "criticalBehindMillionMs": ["p50", "p99"], "cpuMicrosPerJob": ["worker", "redis"],
        ]
        for (name, members) in figures {
            for member in members {
                #expect(try positive(report[name]?[member]), "\(name) \(member)")
                #expect(report["range"]?[name]?[member]?.array?.count == 2, "\(name) \(member)")
            }
        }
        for name in [
            "floorSettledPerSecond", "floorRatio", "bytesPerDelivery", "smallTenantP99Ratio", "rateMeanRatio",
            "rateWorstSecond",
        ] {
            #expect(try positive(report[name]), "\(name)")
        }
        #expect(report["idleCommandsPerSecond"]?.isNumber == true)
    }

    @Test func pushSendsToEveryDeviceOnceByOneConnection() async throws {
        let output = Lines()
        let child = try ChildProcess(
            executable: Installation.binary, arguments: ["bench", "push", "--quick", "--json"],
            environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""], output: .lines { output.add($0) })
        #expect(await child.waitForExit() == .exited(0), "\(output.all)")
        let report = try JSON(parsing: try await output.first { $0.hasPrefix("{") })
        for (name, value) in ["devices": 3, "latencyMs": 20, "lost": 0, "duplicated": 0, "unsaid": 0] as [String: JSON]
        {
            #expect(report[name] == value, "\(name)")
        }
        for name in ["sendsPerSecond", "connections", "mostStreams"] { #expect(try positive(report[name]), "\(name)") }
        for name in ["calmMs", "lastDeviceMs", "serviceMs"] {
            for rank in ["p50", "p95", "p99"] { #expect(try positive(report[name]?[rank]), "\(name) \(rank)") }
        }
        for role in ["api", "worker"] { #expect(try positive(report["residentMiB"]?[role]), "\(role)") }
        for role in ["api", "worker", "postgres", "redis", "stand-in and load"] {
            #expect(try positive(report["cpuMicrosPerSend"]?[role]), "\(role)")
        }
    }

    @Test func listsPrintEveryFigure() async throws {
        let output = Lines()
        let child = try ChildProcess(
            executable: Installation.binary, arguments: ["bench", "lists", "--quick", "--json"],
            environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""], output: .lines { output.add($0) })
        #expect(await child.waitForExit() == .exited(0), "\(output.all)")
        let report = try JSON(parsing: try await output.first { $0.hasPrefix("{") })
        let lists = try #require(report["lists"]?.object?.members)
        #expect(lists.count == 23)
        for (name, figures) in lists {
            for rank in ["p50", "p99"] { #expect(try positive(figures["ms"]?[rank]), "\(name) \(rank)") }
        }
        for (name, found) in [("by id, a next page", 20), ("by channel, none", 0)] {
            #expect(report["lists"]?[name]?["found"] == .number("\(found).0"), "\(name)")
        }
        #expect(report["rows"] == 20_000)
        for name in ["fillSeconds", "indexingMicros", "hotShare", "floorPerSecond"] {
            #expect(try positive(report[name]), "\(name)")
        }
    }

    @Test func overloadPrintsWhatBecameOfEachPriority() async throws {
        let output = Lines()
        let child = try ChildProcess(
            executable: Installation.binary, arguments: ["bench", "overload", "--quick", "--json"],
            environment: ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""], output: .lines { output.add($0) })
        #expect(await child.waitForExit() == .exited(0), "\(output.all)")
        let report = try JSON(parsing: try await output.first { $0.hasPrefix("{") })
        for name in ["peakPerSecond", "goodputPerSecond", "goodputShare", "calmP99Ms"] {
            #expect(try positive(report[name]), "\(name): \(report[name] ?? .null)")
        }
        for moment in ["start", "peak", "end"] { #expect(try positive(report["residentMiB"]?[moment]), "\(moment)") }
        for priority in Priority.allCases {
            let figures = try #require(report["priorities"]?[priority.name]?.object)
            #expect(try positive(figures["offered"]), "\(priority)")
            for name in ["accepted", "shed", "failed", "acceptedShare"] {
                #expect(figures[name]?.isNumber == true, "\(priority) \(name)")
            }
        }
    }

    private func positive(_ figure: JSON?) throws -> Bool {
        guard case .number(let literal) = figure else { return false }
        return (Double(literal) ?? 0) > 0
    }
}

extension JSON {
    fileprivate var isNumber: Bool { if case .number = self { true } else { false } }
}
