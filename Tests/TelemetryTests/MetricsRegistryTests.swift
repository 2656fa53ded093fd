import Synchronization
import Testing

@testable import Telemetry

struct MetricsRegistryTests {
    private let depth = MetricDescription(.gauge, "belfry_depth", "Read.")

    @Test func readerThatTakesTooLongIsLeftOutAndTheRestIsNot() async {
        let registry = MetricsRegistry()
        registry.counter("belfry_cakes_total", "Cakes.").add()
        registry.observe([depth], patience: .milliseconds(10)) { [depth] in
            try? await Task.sleep(for: .seconds(60))
            return [MetricReading(depth, [], 1)]
        }
        let start = ContinuousClock.now
        let text = await registry.text()
        #expect(!text.contains("belfry_depth"))
        #expect(text.contains("belfry_cakes_total 1"))
        #expect(ContinuousClock.now - start < .seconds(30))
    }

    @Test(arguments: [(Duration.seconds(3600), 1), (.zero, 3)])
    func readingIsKeptForItsTime(keptFor: Duration, asked: Int) async {
        let registry = MetricsRegistry()
        let count = Atomic(0)
        registry.observe([depth], keptFor: keptFor) { [depth] in
            count.add(1, ordering: .relaxed)
            return [MetricReading(depth, [], 1)]
        }
        for _ in 0..<3 { #expect(await registry.text().contains("belfry_depth 1\n")) }
        #expect(count.load(ordering: .relaxed) == asked)
    }

    @Test func keyThatNobodyDeclaredMakesNoNewLine() async {
        let registry = MetricsRegistry()
        let family = registry.counters("belfry_cakes_total", "Cakes.", labels: ["size"], keys: [1, 2]) { ["\($0)"] }
        let before = await registry.text()
        family[3].add()
        #expect(await registry.text() == before)
        family[2].add()
        #expect(await registry.text().contains(#"belfry_cakes_total{size="2"} 1"#))
    }

    @Test func descriptionsAreInOrder() {
        let registry = MetricsRegistry()
        _ = registry.gauge("belfry_b", "B.")
        registry.observe([depth]) { [] }
        _ = registry.counter("belfry_a_total", "A.")
        #expect(registry.descriptions.map(\.name) == ["belfry_a_total", "belfry_b", "belfry_depth"])
    }
}
