#include "gateway/net/sensor_files.hpp"

#include <algorithm>
#include <utility>

#include "gateway/core/predefined_file.hpp"
#include "runtime/settings/text_file.hpp"
#include "runtime/transport/start_error.hpp"

namespace trunkline::gateway {

std::vector<std::filesystem::path> SensorFileSettings::files() const {
    std::vector<std::filesystem::path> paths;
    for (const auto& path : {allow_list, acl_file, predefined_file, config}) {
        if (path && std::find(paths.begin(), paths.end(), *path) == paths.end()) paths.push_back(*path);
    }
    return paths;
}

Result<SensorFileContent, std::string> read_sensor_files(const SensorFileSettings& settings) {
    SensorRules rules;
    if (settings.allow_list) {
        Result<NamePatterns, std::string> allowed = runtime::read_file<NamePatterns>(*settings.allow_list);
        if (!allowed) return Failure{allowed.error()};
        rules.allowed = *std::move(allowed);
    }
    if (settings.acl_file) {
        Result<Acl, std::string> acl = runtime::read_file<Acl>(*settings.acl_file);
        if (!acl) return Failure{acl.error()};
        rules.acl = *std::move(acl);
    }
    SensorFileContent content{std::make_shared<const SensorRules>(std::move(rules)), settings.predefined};
    if (!settings.predefined_file) return content;
    const Result<PredefinedFile, std::string> file = runtime::read_file<PredefinedFile>(*settings.predefined_file);
    if (!file) return Failure{file.error()};
    for (const PredefinedTopic& topic : file->topics) {
        if (is_redefined(topic, settings.predefined)) {
            return Failure{settings.predefined_file->string() + ": the id of " + topic.topic +
                           " is given in the settings, too; keep one of them"};
        }
        content.predefined.push_back(topic);
    }
    return content;
}

SensorFiles::SensorFiles(runtime::EventLoop& loop, SensorFileSettings settings, Source source, Gateway& core,
                         const runtime::Log& log)
    : loop_(loop), source_(std::move(source)), core_(core), log_(log) {
    Result<SensorFileContent, std::string> content = read_sensor_files(settings);
    if (!content) throw runtime::StartError(content.error());
    core_.set_rules(content->rules, clock_.now());
    core_.set_predefined_topics(content->predefined, clock_.now());
    watch(settings);
}

void SensorFiles::watch(const SensorFileSettings& settings) {
    std::vector<std::filesystem::path> files = settings.files();
    if (files == files_) return;
    files_ = std::move(files);
    watch_.reset();
    if (files_.empty()) return;
    watch_ = std::make_unique<runtime::FileWatch>(loop_, files_);
    if (!watch_->failure().empty())
        log_.warning("files.not_watched", {{"error", watch_->failure()}, {"text", "SIGHUP reads files again"}});
}

void SensorFiles::reload() {
    if (files_.empty()) return;
    const auto kept = [this](const std::string& error) { log_.error("sensor_files.kept", {{"error", error}}); };
    const Result<SensorFileSettings, std::string> settings = source_();
    if (!settings) return kept(settings.error());
    const Result<SensorFileContent, std::string> content = read_sensor_files(*settings);
    if (!content) return kept(content.error());
    core_.set_rules(content->rules, clock_.now());
    core_.set_predefined_topics(content->predefined, clock_.now());
    watch(*settings);
    log_.info("sensor_files.reloaded", {{"predefined", content->predefined.size()}});
}

void SensorFiles::reload_changed() {
    if (watch_ && !watch_->take_changed().empty()) reload();
}

}  // namespace trunkline::gateway
