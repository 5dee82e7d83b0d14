#!/usr/bin/env python3
"""Prints a C program that passes NULL for every pointer argument of every function of imza.h, one at a time, and
every struct that says its size in every size: less than its first version, its first version, and one that has grown.

The table is made of the header's own prototypes, so a new function cannot be forgotten: an argument of a type or
name that is not known below stops the program. tests/abi/1/symbols.txt says which functions there must be.

    tests/c/nulls.py HEADER SYMBOLS
"""

import re
import sys

HEADER = open(sys.argv[1]).read()
SYMBOLS = set(open(sys.argv[2]).read().split())

# A valid value for each argument, by its type or, for texts and numbers, by its name.
HANDLES = {
    "imza_dlga_signer": "signer", "imza_dlga_verifier": "verifier", "imza_dlga_stream": "stream",
    "imza_dlga_verify_stream": "verifying", "imza_haso_merchant": "merchant", "imza_haso_recipe": "recipe",
    "imza_dlga_explainer": "dlga_explainer", "imza_haso_explainer": "haso_explainer",
    "imza_explanation": "explanation", "imza_haso_discoverer": "discoverer", "imza_haso_discovery": "discovery",
}
TEXTS = {
    "key_id": "id", "secret": "secret", "method": "POST", "content_type": "application/json",
    "date": "Tue, 09 Mar 2021 13:28:32 GMT", "resource": "/v1/x", "piece": "{}", "requester": "45186",
    "merchant_id": "1000042", "key": "key", "salt": "salt", "endpoint": "SetPreDefinedLimit",
    "printed": "merchantId + merhant_salt",
}
NUMBERS = {"unix_seconds": "0", "now": "1615296512", "past": "900", "future": "900", "body_line": "0", "status": "0"}

# Every struct with a `struct_size`: the size of its first version, with pointers of 64 bits and of 32.
FIRST_VERSIONS = {"imza_error": (288, 276), "imza_dlga_request": (96, 48)}
with_a_size = set(re.findall(r"typedef struct \{(?:(?!typedef).)*?size_t struct_size;.*?\} (\w+);", HEADER, flags=re.S))
if with_a_size != set(FIRST_VERSIONS):
    sys.exit(f"structs with a struct_size, and structs known here: {sorted(with_a_size ^ set(FIRST_VERSIONS))}")


def valid(kind, name):
    if kind == "imza_str":
        return {"authorization": "authorization", "token": "token"}.get(name, f'imza_str_from("{TEXTS.get(name)}")')
    if kind in ("int64_t", "int32_t", "imza_status"):
        return NUMBERS[name]
    if kind == "imza_error *":
        return "&error"
    if kind == "const imza_dlga_request *":
        return "&request"
    if kind == "const imza_field *":
        return {"fields": "fields", "headers": "headers"}[name]
    if kind == "size_t":
        return {"count": "3", "capacity": "sizeof room", "index": "0", "most_tries": "1000"}[name]
    if kind == "char *":
        return "room"
    if kind == "size_t *":
        return "&length"
    if kind.endswith("**"):
        return f"&{HANDLES[kind[:-2].strip()]}_out"
    return HANDLES[kind.removeprefix("const ").removesuffix("*").strip()]


def prototypes():
    code = re.sub(r"/\*.*?\*/|^#.*?$", "", HEADER, flags=re.S | re.M)
    for result, name, arguments in re.findall(r"^([\w ]+[ *])(imza_\w+)\(([^)]*)\);", code, flags=re.M):
        pairs = []
        for argument in re.sub(r"\s+", " ", arguments).split(","):
            if argument.strip() != "void":
                kind, argument_name = re.fullmatch(r"(.*?)\s?(\w+)", argument.strip()).groups()
                pairs.append((kind, argument_name))
        yield result.strip(), name, pairs


functions = list(prototypes())
names = {name for _, name, _ in functions}
if names != SYMBOLS:
    sys.exit(f"header and symbol list differ: {sorted(names ^ SYMBOLS)}")

lines = []
for result, name, arguments in functions:
    values = [valid(*argument) for argument in arguments]
    call = lambda changed={}: f"{name}({', '.join(changed.get(at, value) for at, value in enumerate(values))})"
    if result == "void":
        lines.append(f"{name}(NULL);")
        continue
    if result != "imza_status":
        continue
    fresh = "streams_begin();" if "stream_finish" in name or "stream_update" in name else ""
    lines.append(f'checked_case = "{name}";')
    lines.append(f"{fresh} succeeds({call()});")
    # NULL comes before every other fault: that other texts are empty, or longer than any memory.
    faulty_texts = [
        {at: text for at, (kind, _) in enumerate(arguments) if kind == "imza_str"}
        for text in ("(imza_str){NULL, 0}", "too_long")
    ]
    for at, (kind, argument) in enumerate(arguments):
        if kind == "imza_error *":
            lines.append(f"{fresh} succeeds({call({at: 'NULL'})});")
            for size in ("0", "1", "sizeof(size_t)", "FIRST_imza_error - 1"):
                lines.append(f"error_of({size}); is_refused_unseen({call({at: 'sized_error'})});")
            for size in ("FIRST_imza_error", "sizeof(imza_error) - 1", "sizeof(imza_error)", "sizeof(imza_error) + 64"):
                lines.append(f"{fresh} error_of({size}); is_filled({call({at: 'sized_error'})}, {size});")
        elif kind == "imza_str":
            for others in ({}, *faulty_texts):
                lines.append(f"is_null_pointer({call({**others, at: '(imza_str){NULL, 5}'})});")
        elif kind.endswith("*"):
            lines.append(f"is_null_pointer({call({at: 'NULL'})});")
            for others in faulty_texts:
                lines.append(f"is_null_pointer({call({**others, at: 'NULL'})});")
    for at, (kind, _) in enumerate(arguments):
        if kind != "const imza_dlga_request *":
            continue
        for size in ("0", "1", "sizeof(size_t)", "FIRST_imza_dlga_request - 1"):
            lines.append(f"sized(&sized_request, {size}); is_too_small({call({at: 'sized_request'})});")
        for size in ("FIRST_imza_dlga_request", "sizeof request", "sizeof request + 64"):
            lines.append(f"sized(&sized_request, {size}); succeeds({call({at: 'sized_request'})});")
        for member in ("method", "content_type", "date", "resource", "body"):
            lines.append(f"request.{member}.ptr = NULL; is_null_pointer({call()}); request = valid_request();")
        if any(kind == "const imza_field *" for kind, _ in arguments):
            lines.append(f"request.method = too_long, headers[1].name.ptr = NULL; is_null_pointer({call()});")
            lines.append("request = valid_request(), valid_fields();")
    for array in (argument for kind, argument in arguments if kind == "const imza_field *"):
        for member in ("name", "value"):
            for others in ({}, *faulty_texts):
                lines.append(f"{array}[0].value = too_long, {array}[1].{member}.ptr = NULL;")
                lines.append(f"is_null_pointer({call(others)}); valid_fields();")

handles = "\n".join(f"static {kind} *{name}, *{name}_out;" for kind, name in HANDLES.items())
first_versions = "\n".join(
    f"#define FIRST_{name} ((size_t)(SIZE_MAX == UINT64_MAX ? {wide} : {narrow}))"
    for name, (wide, narrow) in FIRST_VERSIONS.items()
)
body = "\n    ".join(lines)
print(f"""/* Made by tests/c/nulls.py of the header's prototypes. */
#include "check.h"

#include <stdlib.h>

{handles}
static imza_dlga_request request;
static imza_field fields[3], headers[3];
static imza_error error;
/* In heap blocks that have not a byte more than they say, so that AddressSanitizer sees what is read or written
 * behind them; the size itself is always there. */
static imza_error *sized_error;
static imza_dlga_request *sized_request;
{first_versions}
static const imza_str too_long = {{"x", SIZE_MAX}};
static char room[1024];
static char authorization_room[128], token_room[64];
static imza_str authorization, token;
static size_t length;

static imza_dlga_request valid_request(void) {{
    imza_dlga_request valid;
    memset(&valid, 0, sizeof valid);
    valid.struct_size = sizeof valid;
    valid.method = imza_str_from("POST");
    valid.content_type = imza_str_from("application/json");
    valid.date = imza_str_from("Tue, 09 Mar 2021 13:28:32 GMT");
    valid.resource = imza_str_from("/v1/x");
    valid.body = imza_str_from("{{}}");
    return valid;
}}

static void valid_fields(void) {{
    fields[0].name = imza_str_from("customerId");
    fields[0].value = imza_str_from("5500123");
    fields[1].name = imza_str_from("dealerSegment");
    fields[1].value = imza_str_from("GOLD");
    fields[2].name = imza_str_from("ipAddress");
    fields[2].value = imza_str_from("85.105.1.2");
    headers[0].name = imza_str_from("x-dlg-date");
    headers[0].value = request.date;
    headers[1].name = imza_str_from("x-dlg-requester-userid");
    headers[1].value = imza_str_from("45186");
    headers[2].name = imza_str_from("x-dlg-authorization");
    headers[2].value = authorization;
}}

static void outs_end(void) {{
    imza_dlga_signer_free(signer_out);
    imza_dlga_verifier_free(verifier_out);
    imza_dlga_stream_free(stream_out);
    imza_dlga_verify_stream_free(verifying_out);
    imza_haso_merchant_free(merchant_out);
    imza_haso_recipe_free(recipe_out);
    imza_dlga_explainer_free(dlga_explainer_out);
    imza_haso_explainer_free(haso_explainer_out);
    imza_explanation_free(explanation_out);
    imza_haso_discoverer_free(discoverer_out);
    imza_haso_discovery_free(discovery_out);
    discoverer_out = NULL, discovery_out = NULL;
    dlga_explainer_out = NULL, haso_explainer_out = NULL, explanation_out = NULL;
    signer_out = NULL, verifier_out = NULL, stream_out = NULL, verifying_out = NULL, merchant_out = NULL;
    recipe_out = NULL;
}}

static void streams_begin(void) {{
    imza_str method = request.method, type = request.content_type, date = request.date;
    imza_dlga_stream_free(stream);
    imza_dlga_verify_stream_free(verifying);
    CHECK_STATUS(imza_dlga_stream_begin(signer, method, type, date, 0, &stream, NULL), IMZA_OK);
    CHECK_STATUS(imza_dlga_verify_stream_begin(verifier, method, type, date, authorization, imza_str_from("45186"), 0,
                                               &verifying, NULL),
                 IMZA_OK);
    CHECK_STATUS(imza_dlga_verify_stream_update(verifying, request.body, NULL), IMZA_OK);
}}

static void succeeds(imza_status status) {{
    CHECK(status == IMZA_OK);
    outs_end();
}}

static int nothing_is_written(void) {{
    return signer_out == NULL && verifier_out == NULL && stream_out == NULL && verifying_out == NULL &&
           merchant_out == NULL && recipe_out == NULL && dlga_explainer_out == NULL && haso_explainer_out == NULL &&
           explanation_out == NULL && discoverer_out == NULL && discovery_out == NULL;
}}

static void is_null_pointer(imza_status status) {{
    CHECK(status == IMZA_NULL_POINTER);
    CHECK(error.status == IMZA_NULL_POINTER && strstr(error.message, "NULL") != NULL);
    CHECK(error.key_index == -1 && error.offset == SIZE_MAX && error.http_status == 0);
    CHECK(nothing_is_written());
}}

static void *block(size_t struct_size) {{
    const size_t size = struct_size < sizeof(size_t) ? sizeof(size_t) : struct_size;
    unsigned char *bytes = malloc(size);
    memset(bytes, 0x5a, size);
    memcpy(bytes, &struct_size, sizeof struct_size);
    return bytes;
}}

/* A request in a block of its own; what a later version has behind it is no NULL. */
static void sized(imza_dlga_request **to, size_t struct_size) {{
    const size_t known = struct_size < sizeof request ? struct_size : sizeof request;
    free(*to);
    *to = block(struct_size);
    if (known > sizeof(size_t)) {{
        memcpy((char *)*to + sizeof(size_t), (char *)&request + sizeof(size_t), known - sizeof(size_t));
    }}
}}

static void is_too_small(imza_status status) {{
    CHECK(status == IMZA_INVALID_ARGUMENT);
    CHECK(error.status == IMZA_INVALID_ARGUMENT && strstr(error.message, "request.struct_size is") != NULL);
    CHECK(nothing_is_written());
}}

static void error_of(size_t struct_size) {{
    free(sized_error);
    sized_error = block(struct_size);
}}

/* Nothing is done and nothing written where there is no place to report it. */
static void is_refused_unseen(imza_status status) {{
    const size_t size = sized_error->struct_size < sizeof(size_t) ? sizeof(size_t) : sized_error->struct_size;
    size_t at;
    CHECK(status == IMZA_INVALID_ARGUMENT);
    for (at = sizeof(size_t); at < size; at++) {{
        CHECK(((unsigned char *)sized_error)[at] == 0x5a);
    }}
    CHECK(nothing_is_written());
}}

/* An error of any size from the first version on has what the first version has; what is behind ours is not touched. */
static void is_filled(imza_status status, size_t struct_size) {{
    size_t at;
    CHECK(status == IMZA_OK && sized_error->struct_size == struct_size && sized_error->status == IMZA_OK);
    CHECK(sized_error->http_status == 0 && sized_error->offset == SIZE_MAX && sized_error->message[0] == '\\0');
    CHECK(struct_size < sizeof(imza_error) || sized_error->field[0] == '\\0');
    for (at = struct_size < sizeof(imza_error) ? FIRST_imza_error : sizeof(imza_error); at < struct_size; at++) {{
        CHECK(((unsigned char *)sized_error)[at] == 0x5a);
    }}
    outs_end();
}}

int main(void) {{
    size_t authorization_length = 0, token_length = 0;
    error = new_error();
    request = valid_request();
    valid_fields();
    CHECK_STATUS(imza_dlga_signer_new(imza_str_from("id"), imza_str_from("secret"), &signer, NULL), IMZA_OK);
    CHECK_STATUS(imza_dlga_verifier_new(&verifier, NULL), IMZA_OK);
    CHECK_STATUS(imza_dlga_verifier_add_key(verifier, imza_str_from("id"), imza_str_from("secret"), NULL), IMZA_OK);
    CHECK_STATUS(imza_dlga_sign(signer, &request, authorization_room, sizeof authorization_room,
                                &authorization_length, NULL), IMZA_OK);
    authorization.ptr = authorization_room, authorization.len = authorization_length;
    valid_fields();
    CHECK_STATUS(imza_haso_merchant_new(imza_str_from("1000042"), imza_str_from("key"), imza_str_from("salt"),
                                        &merchant, NULL), IMZA_OK);
    CHECK_STATUS(imza_haso_recipe_find(imza_str_from("SetPreDefinedLimit"), &recipe, NULL), IMZA_OK);
    CHECK_STATUS(imza_haso_token(merchant, recipe, fields, 3, token_room, sizeof token_room, &token_length, NULL),
                 IMZA_OK);
    token.ptr = token_room, token.len = token_length;
    CHECK_STATUS(imza_dlga_explainer_new(&dlga_explainer, NULL), IMZA_OK);
    CHECK_STATUS(imza_dlga_explainer_add_key(dlga_explainer, imza_str_from("id"), imza_str_from("secret"), NULL),
                 IMZA_OK);
    CHECK_STATUS(imza_haso_explainer_new(imza_str_from("1000042"), imza_str_from("key"), imza_str_from("salt"),
                                         &haso_explainer, NULL), IMZA_OK);
    CHECK_STATUS(imza_dlga_explain(dlga_explainer, &request, authorization, imza_str_from("45186"), &explanation, NULL),
                 IMZA_OK);
    CHECK_STATUS(imza_haso_discoverer_new(imza_str_from("1000042"), imza_str_from("key"), imza_str_from("salt"),
                                          &discoverer, NULL), IMZA_OK);
    CHECK_STATUS(imza_haso_discoverer_add_sample(discoverer, fields, 3, token, NULL), IMZA_OK);
    CHECK_STATUS(imza_haso_discover(discoverer, 1000, &discovery, NULL), IMZA_OK);
    streams_begin();

    {body}

    outs_end();
    free(sized_error), free(sized_request);
    imza_dlga_signer_free(signer);
    imza_dlga_verifier_free(verifier);
    imza_dlga_stream_free(stream);
    imza_dlga_verify_stream_free(verifying);
    imza_haso_merchant_free(merchant);
    imza_haso_recipe_free(recipe);
    imza_dlga_explainer_free(dlga_explainer);
    imza_haso_explainer_free(haso_explainer);
    imza_explanation_free(explanation);
    imza_haso_discoverer_free(discoverer);
    imza_haso_discovery_free(discovery);
    return checks_done("NULL for every pointer, and every size of a struct, of {len(functions)} functions");
}}""")
