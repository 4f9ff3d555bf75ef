package playbook
import ("testing";"time";"strings";"fmt")
func TestZZ(t *testing.T){
 big:=func(s string)string{ return strings.Repeat(s,(2<<20)/len(s)-10)}
 for n,s:=range map[string]string{
 "a: a: ":big(strings.Repeat("a: ",5000)+"\n"),"{a: b,":"{"+big("a: b, "),"dq:":big("\"a\": "),"a : ":big("a : "),"- a: ":big("- a: b\n"),"[a: ":"["+big("a: b, "),"{qa:b":"{"+big("\"a\":b,"),"a:tb":big("a:\t"),"# ":"a: b"+big(" # "),"|":big("a: | "),">-":big(">-\n "),"'":big("' "),"\"":big("\" "),"\\":"a: \""+big("\\\\"),"@":big("@ "),"\r":big("\r"),"a\n":big("a\n"),"a\n\n":big("a\n\n"),"lit ind":"a: |\n"+big(" \n"),"lit deep":"a: |\n  x\n"+big("    \n"),"keep":"a: |+\n"+big("\n"),"fold":"a: >\n"+big("  a\n\n   b\n"),"...":big("...\n"),"dqml":"a: \""+big("x\n ")+"\"","sqml":"a: '"+big("x\n ")+"'","listnest":big("- - - -\n"),
 "many small": "personas:\n"+strings.Repeat(" - a:\n",9000),
 }{
  t0:=time.Now(); _,err:=Parse([]byte(s),"f"); d:=time.Since(t0)
  es:=""; if err!=nil {es=err.Error(); if len(es)>120{es=es[:120]}}
  fmt.Printf("%-18q %v %q\n",n,d,es)
 }
}
