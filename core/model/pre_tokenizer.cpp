// SPDX-License-Identifier: GPL-3.0-or-later
// The regular expressions of the known pre-tokenizers, run by PCRE2 with Unicode properties.
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <map>
#include <memory>

#include "core/base/error.h"
#include "core/model/tokenizer.h"
#include "core/model/utf8.h"

namespace kelter {
namespace {

using Pieces = std::vector<std::pair<std::size_t, std::size_t>>;

// PCRE2's own \s also counts U+180E, which Unicode's White_Space has not held since version 6.3.
constexpr const char* space = R"(\t-\r\x{85}\p{Z})";

// GPT-2's expression. `number` is its alternative for numbers. Characters in `breaks` end a run of white space as
// the end of the text does: they are cut off before, so the run before them keeps its last blank.
std::string gpt2_pattern(const std::string& number, const std::string& breaks) {
  return R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+|)" + number + "| ?[^" + space + R"(\p{L}\p{N}]+|[)" + space + "]+(?![^" +
         space + breaks + "])|[" + space + "]+";
}

std::string llama3_pattern(const std::string& number) {
  return R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|)" + number + "| ?[^" + space +
         R"(\p{L}\p{N}]+[\r\n]*|[)" + space + R"(]*[\r\n]+|[)" + space + "]+(?![^" + space + "])|[" + space + "]+";
}

// One compiled expression; immutable, any thread.
class Expression {
 public:
  explicit Expression(const std::string& pattern) {
    int error = 0;
    PCRE2_SIZE offset = 0;
    // Every character is matched by some alternative, so each match starts where the last one ended.
    code_.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()), pattern.size(),
                              PCRE2_UTF | PCRE2_UCP | PCRE2_ANCHORED, &error, &offset, nullptr));
    context_.reset(pcre2_match_context_create(nullptr));
    if (!code_ || !context_) throw Error(ErrorCode::internal, "A pre-tokenizer's expression does not compile", pattern);
    pcre2_jit_compile(code_.get(), PCRE2_JIT_COMPLETE);   // without a JIT the interpreter gives the same pieces
    pcre2_set_match_limit(context_.get(), UINT32_MAX);    // a long run of white space backtracks once per character
  }

  // Appends the pieces of [begin, end) of `text`, which must be well-formed UTF-8 and is seen as a whole text.
  void split(std::string_view text, std::size_t begin, std::size_t end, Pieces& pieces) const {
    const std::unique_ptr<pcre2_match_data, decltype(&pcre2_match_data_free)> match(
        pcre2_match_data_create(1, nullptr), pcre2_match_data_free);
    if (!match) throw Error(ErrorCode::out_of_memory, "There is not enough memory to cut a text into words");
    const auto* subject = reinterpret_cast<PCRE2_SPTR>(text.data() + begin);
    for (std::size_t at = 0; at < end - begin;) {
      const int found =
          pcre2_match(code_.get(), subject, end - begin, at, PCRE2_NO_UTF_CHECK, match.get(), context_.get());
      const std::size_t next = found > 0 ? pcre2_get_ovector_pointer(match.get())[1] : at;
      if (next == at) {
        throw Error(ErrorCode::internal, "A text could not be cut into words", "byte " + std::to_string(begin + at),
                    "PCRE2 returned " + std::to_string(found));
      }
      pieces.emplace_back(begin + at, begin + next);
      at = next;
    }
  }

 private:
  struct Free {
    void operator()(pcre2_code* code) const { pcre2_code_free(code); }
    void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
  };
  std::unique_ptr<pcre2_code, Free> code_;
  std::unique_ptr<pcre2_match_context, Free> context_;
};

const Expression& expression(const std::string& name) {
  static const Expression gpt2(gpt2_pattern(R"( ?\p{N}+)", ""));
  static const Expression smollm(gpt2_pattern(R"(\p{N})", R"(\p{N})"));   // single numbers first, then GPT-2's
  static const Expression llama3(llama3_pattern(R"(\p{N}{1,3})"));
  static const Expression qwen2(llama3_pattern(R"(\p{N})"));
  static const std::map<std::string, const Expression*> names = {
      {"gpt-2", &gpt2},       {"gpt2", &gpt2},     {"default", &gpt2}, {"smollm", &smollm},
      {"llama-bpe", &llama3}, {"llama3", &llama3}, {"qwen2", &qwen2}};
  const auto found = names.find(name);
  if (found == names.end()) {
    throw Error(ErrorCode::unsupported, "The pre-tokenizer \"" + name + "\" is not supported", {},
                "Kelter knows gpt-2, smollm, llama-bpe and qwen2", "Use a model with one of these tokenizers.");
  }
  return *found->second;
}

}  // namespace

Pieces pre_tokenize(const std::string& pre_tokenizer, std::string_view text) {
  const Expression& words = expression(pre_tokenizer);
  Pieces pieces;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = valid_utf8_end(text, at);
    if (end == at) {
      pieces.emplace_back(at, at + 1);   // PCRE2 takes no invalid UTF-8: such a byte stands alone
      ++at;
    } else {
      words.split(text, at, end, pieces);
      at = end;
    }
  }
  return pieces;
}

}  // namespace kelter
