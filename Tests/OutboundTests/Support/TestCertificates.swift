import Foundation
import NIOSSL

/// A certificate authority that nobody trusts, and a certificate of it for `hooks.test`. Both are good from 2020 to 2120;
/// the keys were made for this file.
enum TestCertificates {
    static func serverContext() throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8))
        let privateKey = try NIOSSLPrivateKey(bytes: Array(key.utf8), format: .pem)
        let configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey))
        return try NIOSSLContext(configuration: configuration)
    }

    /// Calls the body with the path of a file that holds the authority.
    static func withAuthorityFile<Result>(_ body: (String) async throws -> Result) async throws -> Result {
        let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).pem")
        try authority.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        return try await body(file.path)
    }

    private static let authority = """
        -----BEGIN CERTIFICATE-----
        MIIBczCCARmgAwIBAgIBATAKBggqhkjOPQQDAjAgMR4wHAYDVQQDDBVCZWxmcnkg
        dGVzdCBhdXRob3JpdHkwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBa
        MCAxHjAcBgNVBAMMFUJlbGZyeSB0ZXN0IGF1dGhvcml0eTBZMBMGByqGSM49AgEG
        CCqGSM49AwEHA0IABOs4bQIpwy1qYgmwNIEjnNBcNfXTq3QIOzvNaTJfFe9sETt8
        3QkyU8kO0HCRZf0LAd+F9yA5cQLcs20B7cYnyASjQjBAMA8GA1UdEwEB/wQFMAMB
        Af8wDgYDVR0PAQH/BAQDAgIEMB0GA1UdDgQWBBTAlm8tgBixvToKGJfDb+LF9jMp
        UjAKBggqhkjOPQQDAgNIADBFAiBH34RVGDfvvt+uaQSsvHYr1DadRgOC/pHUdVvE
        OuUJsgIhAON2RIJCuoLtlmFcuQ4pA1y4PfuNkkAQT27JOWrCjrRd
        -----END CERTIFICATE-----
        """

    private static let certificate = """
        -----BEGIN CERTIFICATE-----
        MIIBoDCCAUWgAwIBAgIBAjAKBggqhkjOPQQDAjAgMR4wHAYDVQQDDBVCZWxmcnkg
        dGVzdCBhdXRob3JpdHkwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBa
        MBUxEzARBgNVBAMMCmhvb2tzLnRlc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
        AATZQllzahMWtLxeoUjgyejz0sZH88lFDne75uG2ybVLD2JG+AwYmtiUd1AlGnOW
        DZvug2S1WSczJNt6mbHP0Z0xo3kwdzAVBgNVHREEDjAMggpob29rcy50ZXN0MBMG
        A1UdJQQMMAoGCCsGAQUFBwMBMAkGA1UdEwQCMAAwHQYDVR0OBBYEFEKlLVzuka7h
        vE36ahYoqPBQCY8TMB8GA1UdIwQYMBaAFMCWby2AGLG9OgoYl8Nv4sX2MylSMAoG
        CCqGSM49BAMCA0kAMEYCIQDBrzI8fzFd/jNuTZQuMA1ML+DmpBQDDBtVaRHPKrTp
        cQIhANYMGFwEA326coQv4XcCc5b1hXrd1WV7O6wYefcemDac
        -----END CERTIFICATE-----
        """

    private static let key = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgvGZkHNb/vfrQ7x0+
        zUjJ9UnfGB+HXNXjgV72aqNHpVihRANCAATZQllzahMWtLxeoUjgyejz0sZH88lF
        Dne75uG2ybVLD2JG+AwYmtiUd1AlGnOWDZvug2S1WSczJNt6mbHP0Z0x
        -----END PRIVATE KEY-----
        """
}
