import Foundation
import Testing

/// The rules of the house that the compiler does not check.
struct StructureTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// What each target may import of the others.
    static let allowed: [String: Set<String>] = [
        "Redis": ["CHiredis"],
        "Postgres": ["CLibPQ"],
        "Notifications": [],
        "Telemetry": [],
        "Templates": ["Notifications"],
        "Outbound": [],
        "Mail": ["Notifications"],
        "SMTP": [],
        "Documents": ["Notifications", "Telemetry", "Postgres"],
        "Queue": ["Notifications", "Telemetry", "Redis", "LuaScripts"],
        "SettingsReading": ["Notifications"],
        "Providers": ["Notifications", "SettingsReading", "Mail", "SMTP", "Outbound"],
        "Events": ["Notifications", "Telemetry", "Redis"],
        "Worker": ["Notifications", "Telemetry", "Templates", "Documents", "Queue", "Postgres"],
        "API": ["Notifications", "Mail", "Telemetry", "Templates", "Documents", "Queue", "Events", "Postgres"],
        "BelfryClient": ["Notifications"],
        "LocalServers": [],
        "Bench": ["CEpoll", "LocalServers", "Notifications", "Documents", "Postgres", "Queue", "Redis", "Worker"],
    ]

    static func files(under folder: String, named suffix: String) throws -> [URL] {
        let names = FileManager.default.enumerator(atPath: root.appending(path: folder).path)?.allObjects ?? []
        return names.compactMap { $0 as? String }.filter { $0.hasSuffix(suffix) }.sorted()
            .map { root.appending(path: folder).appending(path: $0) }
    }

    static func lines(of file: URL) throws -> [Substring] {
        try String(contentsOf: file, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
    }

    @Test(arguments: allowed.keys.sorted())
    func targetImportsOnlyWhatItsPlaceAllows(target: String) throws {
        let ours = Set(Self.allowed.keys).union(["CEpoll", "CHiredis", "CLibPQ", "LuaScripts", "belfry"])
        let files = try Self.files(under: "Sources/\(target)", named: ".swift")
        #expect(!files.isEmpty)
        for file in files {
            for line in try Self.lines(of: file) {
                let words = line.split(separator: " ")
                guard let place = words.firstIndex(of: "import"), place <= 1, words.count > place + 1 else { continue }
                let module = String(words[place + 1])
                guard ours.contains(module) else { continue }
                #expect(Self.allowed[target]?.contains(module) == true, "\(file.lastPathComponent) imports \(module)")
            }
        }
    }

    /// The nouns are pure: no I/O of any library either.
    @Test(arguments: ["Notifications", "Telemetry", "Templates", "Mail"])
    func pureTargetImportsNoInputOrOutput(target: String) throws {
        for file in try Self.files(under: "Sources/\(target)", named: ".swift") {
            for line in try Self.lines(of: file) where line.contains("import ") {
                #expect(!line.hasPrefix("import NIO") && !line.contains("import Logging"), "\(file.lastPathComponent)")
            }
        }
    }

    @Test func filesAreShortEnoughToReadInOneSitting() throws {
        let sizes = try Self.files(under: "Sources", named: ".swift").map { ($0, try Self.lines(of: $0).count) }
        for (file, count) in sizes { #expect(count <= 400, "\(file.lastPathComponent) has \(count) lines") }
        let median = sizes.map(\.1).sorted()[sizes.count / 2]
        #expect(median <= 100, "the median file has \(median) lines")
        for script in try Self.files(under: "lua", named: ".lua") {
            let count = try Self.lines(of: script).count
            #expect(count <= 91, "\(script.lastPathComponent) has \(count) lines")
        }
    }
}
