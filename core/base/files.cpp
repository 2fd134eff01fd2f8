// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/files.h"

#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <functional>
#include <random>
#include <system_error>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/units.h"

namespace kelter {
namespace {

std::string reason(int error) { return std::generic_category().message(error); }

// The error of a system call on `path`; `action` completes "The file cannot be ...".
Error file_error(int error, const std::string& action, const fs::path& path) {
  const std::string where = path.string();
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      return Error(ErrorCode::file_not_found, "The file cannot be " + action, where, "it does not exist",
                   "Check the path.");
    case ENOSPC:
    case EDQUOT:
    case EFBIG:
      return Error(ErrorCode::disk_full, "The file cannot be " + action, where, reason(error),
                   "Free some disk space or choose another place.");
    case EISDIR:
      return Error(ErrorCode::file_unreadable, "The file cannot be " + action, where, "it is a folder",
                   "Name a file inside it.");
    default:
      return Error(ErrorCode::file_unreadable, "The file cannot be " + action, where, reason(error),
                   "Check the permissions of the file and its folder.");
  }
}

// Closes on every way out.
class Descriptor {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() {
    if (value_ >= 0) ::close(value_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return value_; }

 private:
  int value_;
};

// Not blocked by a named pipe.
int open_for_reading(const fs::path& path) { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK); }

// Builds a Json in one pass. nlohmann's own builder looks through an object's keys for each new one and lets a
// later duplicate win.
class JsonBuilder {
 public:
  using number_integer_t = Json::number_integer_t;
  using number_unsigned_t = Json::number_unsigned_t;
  using number_float_t = Json::number_float_t;
  using string_t = Json::string_t;
  using binary_t = Json::binary_t;

  bool null() { return add(nullptr); }
  bool boolean(bool value) { return add(value); }
  bool number_integer(number_integer_t value) { return add(value); }
  bool number_unsigned(number_unsigned_t value) { return add(value); }
  bool number_float(number_float_t value, const string_t&) { return add(value); }
  bool string(string_t& value) { return add(std::move(value)); }
  bool binary(binary_t&) { return fail(0, "binary values are not JSON"); }
  bool start_object(std::size_t) { return open(Json::object()); }
  bool start_array(std::size_t) { return open(Json::array()); }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool key(string_t& name) {
    if (!open_.back().keys.insert(name).second) return fail(0, "the key \"" + printable(name) + "\" is there twice");
    key_ = std::move(name);
    return true;
  }
  bool parse_error(std::size_t position, const std::string&, const Json::exception& error) {
    const std::string text = error.what();   // "[json.exception.parse_error.101] parse error at line 1, column 2: ..."
    const std::size_t cut = text.find(": ");
    return fail(position, printable(cut == std::string::npos ? text : text.substr(cut + 2), 200));
  }

  Json result;
  std::string failure;
  std::size_t position = 0;   // 1-based byte of a syntax error, 0 when the place is unknown

 private:
  static constexpr std::size_t max_depth = 256;   // deeper text would overflow the stack of whoever walks it
  struct Level {
    Json* value;
    std::unordered_set<std::string> keys;
  };

  bool fail(std::size_t at, std::string why) {
    position = at;
    failure = std::move(why);
    return false;
  }

  template <typename T>
  bool add(T&& value) {
    place(std::forward<T>(value));
    return true;
  }
  template <typename T>
  Json* place(T&& value) {
    if (open_.empty()) {
      result = Json(std::forward<T>(value));
      return &result;
    }
    Json& parent = *open_.back().value;
    if (parent.is_array()) return &parent.get_ref<Json::array_t&>().emplace_back(std::forward<T>(value));
    // push_back of the underlying vector: the key is known to be new.
    auto& members = static_cast<std::vector<Json::object_t::value_type>&>(parent.get_ref<Json::object_t&>());
    return &members.emplace_back(std::move(key_), Json(std::forward<T>(value))).second;
  }
  bool open(Json container) {
    if (open_.size() >= max_depth)
      return fail(0, "it is nested more than " + std::to_string(max_depth) + " levels deep");
    Json* value = place(std::move(container));   // stays put: its parent grows no more while it is open
    open_.push_back({value, {}});
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  std::vector<Level> open_;
  std::string key_;
};

// ", line 3, column 14" of a 1-based byte position.
std::string line_and_column(std::string_view text, std::size_t position) {
  const std::string_view before = text.substr(0, std::min(position == 0 ? 0 : position - 1, text.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t start = before.rfind('\n');
  const std::size_t column = before.size() - (start == std::string_view::npos ? 0 : start + 1) + 1;
  return ", line " + std::to_string(line) + ", column " + std::to_string(column);
}

fs::path folder_of(const fs::path& path) { return path.has_parent_path() ? path.parent_path() : fs::path("."); }

// Of its own length, so that a target with the longest name allowed can be written too. The random part keeps
// apart machines that share a folder and hand out the same process numbers.
std::string temporary_name() {
  static const unsigned machine = std::random_device{}();
  static std::atomic<std::uint64_t> counter{0};
  std::string name = ".kelter";
  for (const std::uint64_t part : {std::uint64_t{machine}, static_cast<std::uint64_t>(::getpid()),
                                   static_cast<std::uint64_t>(::gettid()), ++counter}) {
    name += "-" + std::to_string(part);
  }
  return name + ".tmp";
}

fs::path environment_folder(const char* variable) {
  const char* value = std::getenv(variable);
  return value ? fs::path(value) : fs::path();
}

fs::path home_folder() {
  const fs::path home = environment_folder("HOME");
  if (home.is_absolute()) return home;
  const passwd* user = ::getpwuid(::getuid());
  if (!user || !user->pw_dir) {
    throw Error(ErrorCode::file_not_found, "The home folder is not known", "", "HOME is not set", "Set HOME.");
  }
  return user->pw_dir;
}

// A relative XDG path is to be ignored (XDG base directory specification).
fs::path user_folder(const char* variable, const char* below_home) {
  const fs::path named = environment_folder(variable);
  return (named.is_absolute() ? named : home_folder() / below_home) / "kelter";
}

using IsIt = std::function<bool(const fs::path&)>;

// What `variable` names; else the first of ../installed, ../name, and name in each folder above the program
// (a build tree lies inside the source tree) that `is_it` accepts.
fs::path program_folder(const char* variable, const fs::path& installed, const fs::path& name, const IsIt& is_it) {
  std::error_code ignored;
  const fs::path named = environment_folder(variable);
  if (!named.empty()) {
    if (fs::is_directory(named, ignored)) return named;
    throw Error(ErrorCode::file_not_found, "The folder named by " + std::string(variable) + " cannot be used",
                named.string(), "it is no folder", "Correct the variable or unset it.");
  }
  const fs::path program = executable_folder();
  if (const fs::path path = program.parent_path() / installed; is_it(path)) return path;
  for (fs::path folder = program.parent_path(); ; folder = folder.parent_path()) {
    if (is_it(folder / name)) return folder / name;
    if (folder == folder.parent_path()) break;
  }
  throw Error(ErrorCode::file_not_found, "Kelter's folder \"" + name.string() + "\" was not found", program.string(),
              "it is neither beside nor above the program",
              "Install Kelter again, or set " + std::string(variable) + ".");
}

bool holds_plugins(const fs::path& folder) {
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().string().ends_with(".kelter-plugin.json")) return true;
  }
  return false;
}

}  // namespace

std::string read_text_file(const fs::path& path) {
  const Descriptor file(open_for_reading(path));
  if (file.get() < 0) throw file_error(errno, "read", path);
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) throw file_error(errno, "read", path);
  if (S_ISDIR(status.st_mode)) throw file_error(EISDIR, "read", path);
  std::string text(static_cast<std::size_t>(std::max<off_t>(status.st_size, 0)) + 1, '\0');
  std::size_t size = 0;
  while (true) {   // one byte more than announced is asked for, so that growth and pseudo files are read to the end
    const ssize_t got = ::read(file.get(), text.data() + size, text.size() - size);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw file_error(errno, "read", path);
    if (got == 0) break;
    size += static_cast<std::size_t>(got);
    if (size == text.size()) text.resize(2 * text.size());
  }
  text.resize(size);
  return text;
}

Json parse_json(std::string_view text, const std::string& where) {
  JsonBuilder builder;
  if (!Json::sax_parse(text.begin(), text.end(), &builder)) {
    const std::string place = builder.position ? line_and_column(text, builder.position) : "";
    throw Error(ErrorCode::file_malformed, "The JSON text cannot be read", where + place, builder.failure,
                "Correct the text or take the file from its source again.");
  }
  return std::move(builder.result);
}

Json read_json_file(const fs::path& path) { return parse_json(read_text_file(path), path.string()); }

AtomicFile::AtomicFile(const fs::path& path) {
  std::error_code error;
  target_ = fs::is_symlink(path, error) ? fs::weakly_canonical(path, error) : path;
  if (fs::is_directory(target_, error)) throw file_error(EISDIR, "written", path);
  const fs::path temporary = folder_of(target_) / temporary_name();
  descriptor_ = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor_ < 0) throw file_error(errno, "written", path);
  temporary_ = temporary;
  struct stat status {};
  // A replaced file keeps its mode.
  if (::stat(target_.c_str(), &status) == 0) ::fchmod(descriptor_, status.st_mode & 07777);
}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::write(std::span<const std::uint8_t> bytes) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(descriptor_, bytes.data(), bytes.size());
    if (done < 0 && errno == EINTR) continue;
    if (done < 0) throw file_error(errno, "written", target_);
    bytes = bytes.subspan(static_cast<std::size_t>(done));
  }
}

void AtomicFile::write(std::string_view text) {
  write(std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

void AtomicFile::commit() {
  if (::fsync(descriptor_) != 0) throw file_error(errno, "written", target_);
  if (::close(std::exchange(descriptor_, -1)) != 0) throw file_error(errno, "written", target_);
  if (::rename(temporary_.c_str(), target_.c_str()) != 0) throw file_error(errno, "written", target_);
  temporary_.clear();
  flush_to_disk(folder_of(target_));
}

void write_file_atomically(const fs::path& path, std::span<const std::uint8_t> bytes) {
  AtomicFile file(path);
  file.write(bytes);
  file.commit();
}

void write_file_atomically(const fs::path& path, std::string_view text) {
  write_file_atomically(path, std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size()));
}

std::uint64_t write_folder_atomically(const fs::path& folder, const std::function<void(const fs::path&)>& fill) {
  const fs::path target = fs::absolute(folder).lexically_normal();
  const fs::path temporary = target.parent_path() / ("." + target.filename().string() + "." + std::to_string(::getpid()) + ".partial");
  try {
    fs::remove_all(temporary);
    fs::create_directories(temporary);
    fill(temporary);
    std::uint64_t bytes = 0;
    for (const auto& entry : fs::directory_iterator(temporary)) bytes += entry.file_size();
    fs::remove_all(target);
    fs::rename(temporary, target);
    flush_to_disk(target.parent_path());
    return bytes;
  } catch (const fs::filesystem_error& error) {
    fs::remove_all(temporary);
    throw Error(ErrorCode::file_unreadable, "The folder could not be written", folder.string(), error.code().message(),
                "Check the folder's permissions and the free space.");
  } catch (...) {
    fs::remove_all(temporary);
    throw;
  }
}

void flush_to_disk(const fs::path& path) {
  const Descriptor file(open_for_reading(path));
  if (file.get() < 0) throw file_error(errno, "flushed to disk", path);
  // Some network file systems know no flush of folders and answer EINVAL; there is nothing more to do then.
  if (::fsync(file.get()) != 0 && errno != EINVAL) throw file_error(errno, "flushed to disk", path);
}

std::string to_pretty(const Json& json) { return json.dump(2) + "\n"; }

fs::path data_folder() { return user_folder("XDG_DATA_HOME", ".local/share"); }
fs::path model_store_folder() { return data_folder() / "models"; }
fs::path cache_folder() { return user_folder("XDG_CACHE_HOME", ".cache"); }

fs::path executable_folder() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  if (error) {
    throw Error(ErrorCode::file_unreadable, "The program's own folder is not known", "/proc/self/exe", error.message(),
                "Mount /proc.");
  }
  return program.parent_path();
}

fs::path resource_folder() {
  return program_folder("KELTER_RESOURCES", "share/kelter/resources", "resources", [](const fs::path& folder) {
    std::error_code ignored;
    return fs::is_directory(folder / "demo", ignored);
  });
}

fs::path plugin_folder() { return program_folder("KELTER_PLUGINS", "lib/kelter/plugins", "plugins", holds_plugins); }

fs::path resolve_path(const std::string& path, const fs::path& base) {
  static constexpr std::string_view scheme = "resource:";
  if (path.starts_with(scheme)) return resource_folder() / fs::path(path.substr(scheme.size())).relative_path();
  const fs::path named(path);
  std::error_code ignored;
  if (named.is_absolute() || base.empty() || !fs::exists(base / named, ignored)) return named;
  return base / named;
}

}  // namespace kelter
