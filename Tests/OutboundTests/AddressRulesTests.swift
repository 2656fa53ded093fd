import Testing

@testable import Outbound

@Suite struct AddressRulesTests {
    @Test(arguments: [
        "0.0.0.0", "0.255.255.255", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.255",
        "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1",
        "198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.7", "224.0.0.1", "239.255.255.255", "240.0.0.1",
        "255.255.255.255",
        "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1",
        "2001::1", "2001:0:53aa:64c:0:fffe:7f00:1", "2001:2::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::1",
        "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "febf::1", "fec0::1", "ff02::1",
    ])
    func specialAddressIsNotPublic(literal: String) throws {
        #expect(try !AddressRules.isPublic(#require(IPAddress(literal: literal))))
    }

    @Test(arguments: [
        "1.0.0.0", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
        "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255",
        "192.169.0.0", "198.17.255.255", "198.20.0.0", "223.255.255.255",
        "2000::1", "2001:200::1", "2001:4860:4860::8888", "2003::1", "2606:4700::1111", "2a00:1450::1",
    ])
    func neighbourOfSpecialRangesIsPublic(literal: String) throws {
        #expect(try AddressRules.isPublic(#require(IPAddress(literal: literal))))
    }

    @Test(arguments: [
        "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.0.0.01", "127.0.0.256", "1.2.3", "fe80::1%eth0", "",
        "::1/128", "localhost", "[::1]",
    ])
    func shorthandIsNoAddress(text: String) {
        #expect(IPAddress(literal: text) == nil)
    }

    @Test(arguments: ["8.8.4.4", "255.0.1.2", "2606:4700:0:0:0:0:0:1111"])
    func textOfAnAddressReadsBack(literal: String) {
        #expect(IPAddress(literal: literal)?.text == literal)
    }

    @Test(arguments: ["10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "10.0.0/8", "::/129", "x/8"])
    func badRangeIsRefused(text: String) {
        #expect(AddressRange(text) == nil)
    }
}
