#include "tests/runtime/transport/certificates.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>

namespace trunkline::test {

namespace {

constexpr long hour_seconds = 3600;

/// A mistake in the test, not in what is tested.
template <typename Value>
Value must(Value value) {
    if (!value) std::abort();
    return value;
}

void add_extension(X509* certificate, int kind, const std::string& text) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    ::X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
    X509_EXTENSION* extension = must(::X509V3_EXT_conf_nid(nullptr, &context, kind, text.c_str()));
    must(::X509_add_ext(certificate, extension, -1));
    ::X509_EXTENSION_free(extension);
}

using File = std::unique_ptr<std::FILE, runtime::FreeWith<std::fclose>>;

}  // namespace

Identity make_identity(const Subject& subject, const Identity* issuer) {
    Identity identity{runtime::Certificate(must(::X509_new())), Key(must(EVP_EC_gen("P-256")))};
    X509* certificate = identity.certificate.get();
    static long serial = 0;
    ::X509_set_version(certificate, 2);
    ::ASN1_INTEGER_set(::X509_get_serialNumber(certificate), ++serial);
    ::X509_gmtime_adj(::X509_getm_notBefore(certificate), -hour_seconds);
    ::X509_gmtime_adj(::X509_getm_notAfter(certificate), hour_seconds);
    ::X509_set_pubkey(certificate, identity.key.get());
    X509_NAME* name = ::X509_get_subject_name(certificate);
    const auto add = [name](const char* field, const std::string& text) {
        const auto* octets = reinterpret_cast<const unsigned char*>(text.data());
        must(::X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, octets, static_cast<int>(text.size()), -1, 0));
    };
    add("O", "Pipeline");
    if (!subject.common_name.empty()) add("CN", subject.common_name);
    if (!subject.alternative_name.empty()) add_extension(certificate, NID_subject_alt_name, subject.alternative_name);
    if (subject.is_ca) add_extension(certificate, NID_basic_constraints, "critical,CA:TRUE");
    ::X509_set_issuer_name(certificate, issuer == nullptr ? name : ::X509_get_subject_name(issuer->certificate.get()));
    must(::X509_sign(certificate, issuer == nullptr ? identity.key.get() : issuer->key.get(), ::EVP_sha256()));
    return identity;
}

PemFiles::PemFiles() {
    std::string pattern = (std::filesystem::temp_directory_path() / "trunkline-tls-XXXXXX").string();
    directory_ = must(::mkdtemp(pattern.data()));
}

PemFiles::~PemFiles() {
    std::error_code ignored;  // nothing of the test depends on it
    std::filesystem::remove_all(directory_, ignored);
}

std::string PemFiles::write_certificate(const std::string& name, const Identity& identity) const {
    const File file(must(std::fopen(path(name).c_str(), "w")));
    must(::PEM_write_X509(file.get(), identity.certificate.get()));
    return path(name);
}

std::string PemFiles::write_key(const std::string& name, const Identity& identity, const char* passphrase) const {
    const File file(must(std::fopen(path(name).c_str(), "w")));
    const EVP_CIPHER* cipher = passphrase == nullptr ? nullptr : ::EVP_aes_128_cbc();
    must(::PEM_write_PrivateKey(file.get(), identity.key.get(), cipher, nullptr, 0, nullptr,
                                const_cast<char*>(passphrase)));
    return path(name);
}

std::string PemFiles::write_text(const std::string& name, const std::string& text) const {
    std::ofstream(path(name)) << text;
    return path(name);
}

std::string PemFiles::write_crl(const std::string& name, const Identity& ca, const Identity& revoked) const {
    const std::unique_ptr<X509_CRL, runtime::FreeWith<X509_CRL_free>> crl(must(::X509_CRL_new()));
    const std::unique_ptr<ASN1_TIME, runtime::FreeWith<ASN1_TIME_free>> time(
        must(::X509_gmtime_adj(nullptr, -hour_seconds)));
    ::X509_CRL_set_version(crl.get(), 1);
    ::X509_CRL_set_issuer_name(crl.get(), ::X509_get_subject_name(ca.certificate.get()));
    ::X509_CRL_set1_lastUpdate(crl.get(), time.get());
    X509_REVOKED* entry = must(::X509_REVOKED_new());
    ::X509_REVOKED_set_serialNumber(entry, ::X509_get_serialNumber(revoked.certificate.get()));
    ::X509_REVOKED_set_revocationDate(entry, time.get());
    must(::X509_CRL_add0_revoked(crl.get(), entry));
    const std::unique_ptr<ASN1_TIME, runtime::FreeWith<ASN1_TIME_free>> next(
        must(::X509_gmtime_adj(nullptr, hour_seconds)));
    ::X509_CRL_set1_nextUpdate(crl.get(), next.get());
    must(::X509_CRL_sign(crl.get(), ca.key.get(), ::EVP_sha256()));
    const File file(must(std::fopen(path(name).c_str(), "w")));
    must(::PEM_write_X509_CRL(file.get(), crl.get()));
    return path(name);
}

}  // namespace trunkline::test
