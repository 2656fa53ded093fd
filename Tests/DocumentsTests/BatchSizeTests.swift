import Testing

@testable import Documents

@Suite struct BatchSizeTests {
    @Test(arguments: [
        // Count, milliseconds, and the size after that, of at most 500 and 64 to begin with.
        (64, 10, 128), (64, 249, 128), (64, 250, 64), (64, 500, 64), (64, 1000, 32), (64, 6400, 16), (1, 60_000, 16),
        (3, 10, 64), (400, 10, 500), (1000, 600, 64),
    ])
    func oneTransactionIsEnoughToLearn(count: Int, milliseconds: Int, expected: Int) {
        var size = BatchSize(maximum: 500)
        size.learn(count: count, took: .milliseconds(milliseconds))
        #expect(size.current == expected)
    }

    /// A database that writes so many in a second, with a backlog that fills every batch.
    @Test(arguments: [64, 100, 1000, 100_000])
    func transactionsTakeAsLongAsTheyShould(rate: Int) {
        var size = BatchSize(maximum: 500)
        for _ in 0..<20 { size.learn(count: size.current, took: .seconds(size.current) / rate) }
        let took = Duration.seconds(size.current) / rate
        #expect(took <= BatchSize.target && (took >= BatchSize.target / 2 || size.current == 500))
    }

    @Test func theMaximumIsKeptThoughItIsSmall() {
        #expect(BatchSize(maximum: 3).current == 3)
    }
}
