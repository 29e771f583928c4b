import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { FieldError, Form, Input, Label, TextField } from "react-aria-components";
import { useTranslation } from "react-i18next";

import { Problem } from "../api/problem";
import { type ResearcherSession, signIn } from "../api/researcher";
import { Action } from "../design/Action";
import { Icon } from "../design/Icon";

/** Asks for the researcher's password. */
export function SignIn({ onSignedIn }: { readonly onSignedIn: (session: ResearcherSession) => void }) {
  const { t } = useTranslation("researcher");
  const [password, setPassword] = useState("");
  const [isEmpty, setEmpty] = useState(false);
  const attempt = useMutation({ mutationFn: signIn, onSuccess: onSignedIn });
  useEffect(() => {
    document.title = `${t("signIn.title")} – Earwitness`;
  }, [t]);

  const problem = isEmpty ? t("signIn.empty") : attempt.error === null ? null : wordsFor(attempt.error);
  function wordsFor(error: Error): string {
    if (!(error instanceof Problem)) return t("unreachable");
    if (error.status === 429) return t("signIn.wait", { seconds: Math.ceil(error.retryAfterS ?? 30) });
    return t(error.status === 401 ? "signIn.wrong" : "failed");
  }
  return (
    <Form
      className="panel sign-in"
      onSubmit={(event) => {
        event.preventDefault();
        setEmpty(password === "");
        if (password !== "") attempt.mutate(password);
      }}
    >
      <h1>{t("signIn.title")}</h1>
      <p>{t("signIn.lead")}</p>
      <TextField
        className="field"
        type="password"
        name="password"
        autoComplete="current-password"
        value={password}
        onChange={(value) => {
          setPassword(value);
          setEmpty(false);
        }}
        isInvalid={problem !== null}
        validationBehavior="aria"
      >
        <Label>{t("signIn.password")}</Label>
        <Input />
        <FieldError className="problem">
          <Icon name="alert" />
          <span role="alert">{problem}</span>
        </FieldError>
      </TextField>
      <div className="actions">
        <Action kind="main" type="submit" isPending={attempt.isPending}>
          {t("signIn.submit")}
        </Action>
      </div>
    </Form>
  );
}
