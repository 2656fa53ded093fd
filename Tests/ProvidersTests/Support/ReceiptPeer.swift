import Foundation
import LocalServers
import Notifications
import TestSupport
import Testing

@testable import Providers

/// Signs callbacks as providers do, with their own libraries where there are such for Python.
enum ReceiptPeer {
    static let now = Date(timeIntervalSince1970: 1_769_851_860)
    static let url = "https://notify.example.org/v1/receipts/x?reference=y"

    /// What a provider sends, and how its parser is set up to believe it.
    struct Sample: Sendable {
        var parser: any ReceiptParser
        var callback: ReceiptCallback
        /// What its signature covers beside the body; without one of these nothing is believed.
        var signedHeaders: [String]
    }

    /// - Parameter signedAt: seconds from now.
    static func sample(_ provider: String, body: String, signedAt seconds: Int = 0) async throws -> Sample {
        let time = String(Int(now.timeIntervalSince1970) + seconds)
        let (status, output) = try await Python.run(script, [provider, url, body, time])
        try #require(status == .exited(0), "\(output)")
        let signed = try JSON(parsing: Array(output.utf8))
        let headers = signed["headers"]?.object?.members.map { ($0.name, $0.value.string ?? "") } ?? []
        let callback = ReceiptCallback(
            method: "POST", url: url, query: ["reference": "y"], headers: Dictionary(uniqueKeysWithValues: headers),
            body: Array((signed["body"]?.string ?? "").utf8), now: now)
        let certificate = Array((signed["certificate"]?.string ?? "").utf8)
        return Sample(
            parser: try parser(provider, key: signed["key"]?.string ?? "", certificate), callback: callback,
            signedHeaders: headers.map(\.0))
    }

    private static func parser(
        _ provider: String, key: String, _ certificate: [UInt8]
    ) throws -> any ReceiptParser {
        switch provider {
        case "sendgrid": try SendGridReceipts(publicKey: key)
        case "mailgun": MailgunReceipts(signingKey: "a secret of more than thirty bytes")
        case "twilio": TwilioReceipts(authToken: "a secret of more than thirty bytes")
        case "vonage": VonageReceipts(signatureSecret: "a secret of more than thirty bytes")
        case "whatsApp": WhatsAppReceipts(appSecret: "a secret of more than thirty bytes", verifyToken: "word")
        default: SESReceipts(topics: ["arn:aws:sns:eu-west-1:1:mail"]) { _ in certificate }
        }
    }

    private static let script = """
        import sys, json, hmac, hashlib, base64, datetime
        provider, url, body, time = sys.argv[1:]
        answer = {"headers": {}, "body": body}
        def mac(text): return hmac.new(b"a secret of more than thirty bytes", text.encode(), hashlib.sha256).hexdigest()
        if provider == "sendgrid":
            from cryptography.hazmat.primitives.asymmetric import ec
            from cryptography.hazmat.primitives import hashes, serialization
            from sendgrid.helpers.eventwebhook import EventWebhook
            key = ec.generate_private_key(ec.SECP256R1())
            public = base64.b64encode(key.public_key().public_bytes(
                serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)).decode()
            signature = base64.b64encode(key.sign((time + body).encode(), ec.ECDSA(hashes.SHA256()))).decode()
            library = EventWebhook()
            assert library.verify_signature(body, signature, time, library.convert_public_key_to_ecdsa(public))
            prefix = "x-twilio-email-event-webhook-"
            answer.update(key=public, headers={prefix + "signature": signature, prefix + "timestamp": time})
        elif provider == "twilio":
            from twilio.request_validator import RequestValidator
            from urllib.parse import parse_qsl
            signature = RequestValidator("a secret of more than thirty bytes").compute_signature(url, dict(parse_qsl(body)))
            answer["headers"] = {"x-twilio-signature": signature}
        elif provider == "vonage":
            import jwt
            token = jwt.encode({"iss": "Vonage", "iat": int(time), "payload_hash": hashlib.sha256(body.encode()).hexdigest()},
                "a secret of more than thirty bytes", algorithm="HS256")
            answer["headers"] = {"authorization": "Bearer " + token}
        elif provider == "whatsApp":
            answer["headers"] = {"x-hub-signature-256": "sha256=" + mac(body)}
        elif provider == "mailgun":
            signature = {"timestamp": time, "token": "t", "signature": mac(time + "t")}
            answer["body"] = json.dumps({"signature": signature, "event-data": json.loads(body)})
        else:
            from cryptography import x509
            from cryptography.hazmat.primitives.asymmetric import rsa, padding
            from cryptography.hazmat.primitives import hashes, serialization
            key = rsa.generate_private_key(65537, 2048)
            name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns.amazonaws.com")])
            day = datetime.timedelta(days=1)
            now = datetime.datetime.now(datetime.timezone.utc)
            certificate = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()) \\
                .serial_number(1).not_valid_before(now - day).not_valid_after(now + day).sign(key, hashes.SHA256())
            envelope = json.loads(body)
            names = ["Message", "MessageId", "Subject", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type"]
            text = "".join(n + "\\n" + envelope[n] + "\\n" for n in names if n in envelope)
            digest = hashes.SHA1() if envelope["SignatureVersion"] == "1" else hashes.SHA256()
            envelope["Signature"] = base64.b64encode(key.sign(text.encode(), padding.PKCS1v15(), digest)).decode()
            answer["body"] = json.dumps(envelope)
            answer["certificate"] = certificate.public_bytes(serialization.Encoding.PEM).decode()
        print(json.dumps(answer))
        """
}
