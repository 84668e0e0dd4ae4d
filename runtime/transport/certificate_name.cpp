#include "runtime/transport/certificate_name.hpp"

#include "protocol/base/bytes.hpp"
#include "protocol/base/utf8.hpp"
#include "runtime/transport/openssl.hpp"

namespace trunkline::runtime {

namespace {

std::optional<std::string> checked(std::string name) {
    if (name.empty() || !is_mqtt_utf8(as_byte_view(name))) return std::nullopt;
    return name;
}

std::optional<std::string> text_of(const ASN1_STRING* string) {
    unsigned char* utf8 = nullptr;
    const int size = ::ASN1_STRING_to_UTF8(&utf8, string);
    if (size < 0) return std::nullopt;
    std::string text(reinterpret_cast<const char*>(utf8), static_cast<std::size_t>(size));
    ::OPENSSL_free(utf8);
    return checked(std::move(text));
}

std::optional<std::string> common_name(X509& certificate) {
    X509_NAME* subject = ::X509_get_subject_name(&certificate);
    const int at = ::X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (at < 0) return std::nullopt;
    return text_of(::X509_NAME_ENTRY_get_data(::X509_NAME_get_entry(subject, at)));
}

/// The first that is a host name, an e-mail address or a URI.
std::optional<std::string> alternative_name(X509& certificate) {
    const GeneralNames names(
        static_cast<GENERAL_NAMES*>(::X509_get_ext_d2i(&certificate, NID_subject_alt_name, nullptr, nullptr)));
    for (int at = 0; names && at < sk_GENERAL_NAME_num(names.get()); ++at) {
        const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), at);
        const bool is_text = name->type == GEN_DNS || name->type == GEN_EMAIL || name->type == GEN_URI;
        if (is_text) return text_of(name->d.ia5);
    }
    return std::nullopt;
}

/// As Mosquitto writes it: CN=ps-117,O=Pipeline (RFC 2253).
std::optional<std::string> subject(X509& certificate) {
    const std::unique_ptr<BIO, FreeWith<BIO_free>> text(::BIO_new(::BIO_s_mem()));
    if (!text) return std::nullopt;
    const X509_NAME* name = ::X509_get_subject_name(&certificate);
    ::X509_NAME_print_ex(text.get(), name, 0, XN_FLAG_RFC2253 & ~static_cast<unsigned long>(ASN1_STRFLGS_ESC_MSB));
    char* octets = nullptr;
    const long size = BIO_get_mem_data(text.get(), &octets);
    return checked(std::string(octets, static_cast<std::size_t>(size)));
}

}  // namespace

std::optional<std::string> name_in(X509& certificate, TlsSettings::UserName wanted) {
    switch (wanted) {
        case TlsSettings::UserName::none:
            return std::nullopt;
        case TlsSettings::UserName::common_name:
            return common_name(certificate);
        case TlsSettings::UserName::alternative_name:
            return alternative_name(certificate);
        case TlsSettings::UserName::subject:
            return subject(certificate);
    }
    return std::nullopt;
}

}  // namespace trunkline::runtime
