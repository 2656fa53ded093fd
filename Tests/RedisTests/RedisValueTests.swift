import Redis
import Testing

@Suite struct RedisValueTests {
    @Test(arguments: [
        (RedisValue.simple("OK"), String?("OK"), Int64?.none),
        (.bytes(Array("12".utf8)), "12", 12),
        (.bytes(Array("-9223372036854775808".utf8)), "-9223372036854775808", .min),
        (.bytes(Array("9223372036854775807".utf8)), "9223372036854775807", .max),
        (.bytes(Array("9223372036854775808".utf8)), "9223372036854775808", nil),
        (.bytes(Array("-9223372036854775809".utf8)), "-9223372036854775809", nil),
        (.bytes(Array("92233720368547758070".utf8)), "92233720368547758070", nil),
        (.bytes(Array("1e3".utf8)), "1e3", nil),
        (.bytes(Array("-".utf8)), "-", nil),
        (.bytes([]), "", nil),
        (.bytes([0xFF]), nil, nil),
        (.integer(7), nil, 7),
        (.error("ERR no"), nil, nil),
        (.array([.integer(1)]), nil, nil),
        (.null, nil, nil),
    ])
    func readsAsTextAndNumber(_ value: RedisValue, text: String?, number: Int64?) {
        #expect(value.string == text)
        #expect(value.int == number)
    }

    @Test func onlyAnArrayReadsAsArrayAndOnlyNullAsNull() {
        #expect(RedisValue.array([.null]).array == [.null])
        #expect(RedisValue.bytes([1]).array == nil)
        #expect(RedisValue.null.isNull)
        #expect(!RedisValue.array([]).isNull)
    }
}
