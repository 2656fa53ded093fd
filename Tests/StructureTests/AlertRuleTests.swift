import Foundation
import LocalServers
import Testing

/// The alert rules are good rules, over metrics that there are, and each says what to do.
struct AlertRuleTests {
    private static let docs = StructureTests.root.appending(path: "docs")

    private static func text(_ name: String) throws -> String {
        try String(contentsOf: docs.appending(path: name), encoding: .utf8)
    }

    @Test(arguments: ["check rules alerts.yaml", "test rules alerts.test.yaml"])
    func promtoolFindsNothingWrong(call: String) async throws {
        let output = "/tmp/belfry-promtool-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: output) }
        let path = "\(StructureTests.root.path)/.build/prometheus:\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
        let child = try ChildProcess(
            executable: "/bin/sh", arguments: ["-c", "cd \(Self.docs.path) && promtool \(call)"],
            environment: ["PATH": path], output: .file(output))
        let status = await child.waitForExit()
        #expect(status == .exited(0), "\((try? String(contentsOfFile: output, encoding: .utf8)) ?? "")")
    }

    @Test func rulesUseMetricsThatThereAre() throws {
        let listed = try Self.text("metrics.md").matches(of: /\n\| `(\w+)`/).map { String($0.output.1) }
        let used = try Self.text("alerts.yaml").matches(of: /belfry_\w+/).map { use in
            use.output.replacing(/_bucket$/, with: "")
        }
        #expect(!used.isEmpty)
        for name in Set(used) { #expect(listed.contains(String(name)), "\(name)") }
    }

    @Test func everyAlertHasItsRunbook() throws {
        let rules = try Self.text("alerts.yaml")
        let alerts = rules.matches(of: /alert: (\w+)/).map { $0.output.1.lowercased() }
        let links = rules.matches(of: /runbook: docs\/operations\.md#(\w+)/).map { String($0.output.1) }
        #expect(alerts == links && Set(alerts).count == alerts.count)
        let anchors = try DocumentLinkTests.anchors(of: Self.docs.appending(path: "operations.md"))
        #expect(anchors.isSuperset(of: alerts), "\(Set(alerts).subtracting(anchors).sorted())")
    }
}
