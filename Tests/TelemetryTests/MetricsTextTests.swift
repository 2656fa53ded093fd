import Telemetry
import Testing

private enum Flavour: String, CaseIterable {
    case sweet, sour = "so\"ur\\\n"
}

/// The exposition, character by character.
struct MetricsTextTests {
    @Test func everyKindIsWrittenAsPrometheusReadsIt() async {
        let registry = MetricsRegistry()
        let eaten = registry.counters("belfry_cakes_total", "Cakes eaten.", by: "flavour", Flavour.self)
        let baking = registry.histogram("belfry_baking_seconds", "Time in the oven.", .init(seconds: [0.5, 1]))
        let ovens = registry.gauge("belfry_ovens", "A \\ and\na line.")
        let heat = MetricDescription(.gauge, "belfry_heat_celsius", "Read.", labels: ["oven"])
        registry.observe([heat]) { [MetricReading(heat, ["left"], 180.5), MetricReading(heat, ["right"], .infinity)] }
        eaten[.sweet].add()
        eaten[.sour].add(2)
        ovens.add(3)
        ovens.add(-1)
        for milliseconds in [500, 501, 3000] { baking.record(.milliseconds(milliseconds)) }
        #expect(
            await registry.text() == """
                # HELP belfry_baking_seconds Time in the oven.
                # TYPE belfry_baking_seconds histogram
                belfry_baking_seconds_bucket{le="0.5"} 1
                belfry_baking_seconds_bucket{le="1"} 2
                belfry_baking_seconds_bucket{le="+Inf"} 3
                belfry_baking_seconds_sum 4.001
                belfry_baking_seconds_count 3
                # HELP belfry_cakes_total Cakes eaten.
                # TYPE belfry_cakes_total counter
                belfry_cakes_total{flavour="sweet"} 1
                belfry_cakes_total{flavour="so\\"ur\\\\\\n"} 2
                # HELP belfry_heat_celsius Read.
                # TYPE belfry_heat_celsius gauge
                belfry_heat_celsius{oven="left"} 180.5
                belfry_heat_celsius{oven="right"} +Inf
                # HELP belfry_ovens A \\\\ and\\na line.
                # TYPE belfry_ovens gauge
                belfry_ovens 2

                """)
    }

    @Test func whatNobodyHasCountedIsZeroAndNotMissing() async {
        let registry = MetricsRegistry()
        _ = registry.counters("belfry_cakes_total", "Cakes.", by: "flavour", Flavour.self)
        #expect(await registry.text().contains(#"belfry_cakes_total{flavour="sweet"} 0"#))
    }
}
