import Testing

@testable import Outbound

@Suite struct OutboundPolicyTests {
    @Test(arguments: [
        ("https://example.com/hook", nil), ("https://example.com:8443/", nil), ("https://8.8.8.8/", nil),
        ("http://example.com/", OutboundRefusal.scheme), ("http://127.0.0.1/", .scheme),
        ("https://127.0.0.1/", .address), ("https://10.1.2.3:8443/", .address), ("https://169.254.169.254/", .address),
        ("https://[::1]/", .address), ("https://[::ffff:127.0.0.1]/", .address), ("https://[fd00::1]/", .address),
        ("https://localhost/", .address), ("https://LOCALHOST:8443/", .address), ("https://a.localhost/", .address),
        ("https://example.com:25/", .port), ("https://example.com:80/", .port), ("https://example.com:22/", .port),
    ])
    func urlIsJudgedWithoutANetwork(url: String, refusal: OutboundRefusal?) {
        #expect(OutboundPolicy(allowed: .empty).check(url: url) == refusal)
    }

    @Test(arguments: [
        ("localhost", "http://localhost/", nil), ("localhost", "http://LocalHost:8099/x", nil),
        ("localhost", "http://127.0.0.1/", OutboundRefusal.scheme), ("localhost", "http://a.localhost/", .scheme),
        ("127.0.0.1:8099", "http://127.0.0.1:8099/", nil), ("127.0.0.1:8099", "http://127.0.0.1:8098/", .scheme),
        ("127.0.0.1:443", "https://127.0.0.1/", nil), ("127.0.0.1:443", "https://127.0.0.1:8443/", .address),
        ("10.0.0.0/8", "http://10.9.8.7:25/", nil), ("10.0.0.0/8", "http://11.0.0.1/", .scheme),
        ("[::1]:8099", "http://[::1]:8099/", nil), ("[::1]:8099", "http://[::1]:8098/", .scheme),
        ("::1", "http://[::1]:1/", nil), ("fd00::/8", "http://[fd12::1]/", nil),
        ("fd00::/8", "https://[fc00::1]/", .address),
        ("Hooks.Internal:81", "http://hooks.internal:81/", nil),
    ])
    func allowListOpensWhatItNames(entry: String, url: String, refusal: OutboundRefusal?) throws {
        let policy = OutboundPolicy(allowed: try AllowList(parsing: [entry]))
        #expect(policy.check(url: url) == refusal)
    }

    @Test(arguments: [
        "", "http://localhost", "localhost/", "a b", "10.0.0.0/33", "host:0", "host:x", "a/8", "u@h", "*.x",
    ])
    func badEntryIsNamed(entry: String) {
        #expect(throws: AllowList.InvalidEntry(entry: entry)) { try AllowList(parsing: ["localhost", entry]) }
    }

    @Test func oneBadAddressAmongGoodOnesRefusesTheName() throws {
        let policy = OutboundPolicy(allowed: .empty)
        let url = try OutboundURL("https://example.com/")
        try policy.judge(addresses("8.8.8.8", "2606:4700::1111"), of: url)
        #expect(throws: OutboundRefusal.address) { try policy.judge(addresses("8.8.8.8", "10.0.0.1"), of: url) }
        #expect(throws: OutboundRefusal.address) { try policy.judge(addresses("::1", "8.8.8.8"), of: url) }
    }

    @Test func rangeOpensItsAddressesToEveryNameButNotPlainText() throws {
        let policy = OutboundPolicy(allowed: try AllowList(parsing: ["10.0.0.0/8"]))
        let url = try OutboundURL("https://hooks.internal/")
        try policy.judge(addresses("10.0.0.1", "8.8.8.8"), of: url)
        #expect(throws: OutboundRefusal.address) { try policy.judge(addresses("10.0.0.1", "127.0.0.1"), of: url) }
        #expect(policy.check(url: "http://hooks.internal/") == .scheme)
    }
}
