#define _GNU_SOURCE 1
#include "CTerminal.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>

// Only the character type is set: numbers and dates of this program never follow a locale.
static bool is_utf8(void) {
  return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

static bool environment_names_utf8(void) {
  static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
  for (size_t index = 0; index < sizeof names / sizeof *names; index++) {
    const char *value = getenv(names[index]);
    if (value && *value) return strcasestr(value, "utf-8") || strcasestr(value, "utf8");
  }
  return false;
}

bool mayday_locale_choose(void) {
  if (setlocale(LC_CTYPE, "") && is_utf8()) return true;
  if (environment_names_utf8() && setlocale(LC_CTYPE, "C.UTF-8") && is_utf8()) return true;
  setlocale(LC_CTYPE, "C");
  return false;
}
