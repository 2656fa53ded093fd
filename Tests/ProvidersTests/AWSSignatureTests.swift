import Foundation
import HTTPTypes
import LocalServers
import Notifications
import Outbound
import TestSupport
import Testing

@testable import Providers

@Suite struct AWSSignatureTests {
    private static let account = AWSAccount(
        region: "us-east-1", accessKeyId: "AKIDEXAMPLE",
        secretAccessKey: Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"))

    /// `get-vanilla` of Amazon's test suite for Signature Version 4.
    @Test func vanillaRequestHasThePublishedSignature() throws {
        let date = try #require(Timestamp.date("2015-08-30T12:36:00Z"))
        let signed = AWSSignature(account: Self.account, service: "service")
            .sign(OutboundRequest(method: .get, url: "https://example.amazonaws.com/"), at: date)
        #expect(
            signed.headers.last?.value
                == "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
                + "SignedHeaders=host;x-amz-date, "
                + "Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31")
    }

    @Test(arguments: [
        ("ses", "https://email.eu-north-1.amazonaws.com/v2/email/outbound-emails", "{\"ö\":1}", nil),
        ("sns", "http://127.0.0.1:8099/", "Action=Publish&Message=%C3%B6", "token/+=="),
        ("sns", "https://sns.eu-north-1.amazonaws.com", "", nil),
    ])
    func signatureIsTheOneOfBotocore(service: String, url: String, body: String, token: String?) async throws {
        var account = Self.account
        account.sessionToken = token.map { Secret($0) }
        let request = OutboundRequest(
            method: .post, url: url, headers: ["Content-Type": "application/json"], body: Array(body.utf8))
        let signed = AWSSignature(account: account, service: service)
            .sign(request, at: Date(timeIntervalSince1970: 1_769_851_860))
        let (status, output) = try await Python.run(
            Self.botocore, [service, url, body, token ?? "", "20260131T093100Z"])
        try #require(status == .exited(0), "\(output)")
        #expect(signed.headers.last?.value == output)
    }

    private static let botocore = #"""
        import sys, datetime, botocore.auth, botocore.awsrequest, botocore.credentials
        service, url, body, token, stamp = sys.argv[1:]
        time = datetime.datetime.strptime(stamp, "%Y%m%dT%H%M%SZ")
        botocore.auth.get_current_datetime = lambda: time
        request = botocore.awsrequest.AWSRequest(method="POST", url=url, data=body.encode(),
            headers={"Content-Type": "application/json"})
        credentials = botocore.credentials.Credentials(
            "AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", token or None)
        botocore.auth.SigV4Auth(credentials, service, "us-east-1").add_auth(request)
        print(request.headers["Authorization"])
        """#
}
