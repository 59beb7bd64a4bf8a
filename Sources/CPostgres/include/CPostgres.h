/* libpq, loaded when a PostgreSQL store is named: a program that keeps its record in a file then
   neither needs the library nor waits for the thirty that it brings with it. */
#ifndef MAYDAY_POSTGRES_H
#define MAYDAY_POSTGRES_H

#if __has_include(<postgresql/libpq-fe.h>)
#include <postgresql/libpq-fe.h>
#else
#include <libpq-fe.h>
#endif

/* The functions of libpq that are called, with the types that its header gives them. */
#define MAYDAY_LIBPQ(each)                                                                        \
  each(PQconninfoParse) each(PQconninfoFree) each(PQfreemem) each(PQconnectdbParams)              \
  each(PQfinish) each(PQstatus) each(PQerrorMessage) each(PQsocket) each(PQserverVersion)         \
  each(PQparameterStatus) each(PQsslInUse) each(PQsslAttribute) each(PQsetnonblocking)            \
  each(PQsetNoticeProcessor) each(PQsendQueryParams) each(PQsendQuery) each(PQflush)              \
  each(PQconsumeInput) each(PQisBusy) each(PQgetResult) each(PQresultStatus)                      \
  each(PQresultErrorField) each(PQntuples) each(PQnfields) each(PQgetvalue) each(PQgetisnull)     \
  each(PQgetlength) each(PQcmdTuples) each(PQclear) each(PQnotifies) each(PQhost) each(PQport)

struct mayday_libpq {
#define MAYDAY_MEMBER(name) __typeof__(&name) name;
  MAYDAY_LIBPQ(MAYDAY_MEMBER)
#undef MAYDAY_MEMBER
};

/* Loads the library and finds every function. Returns 1; 0 when the library is not installed, or
   lacks one of them. */
int mayday_libpq_load(struct mayday_libpq *functions);

#endif
